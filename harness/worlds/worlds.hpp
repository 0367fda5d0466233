// Makes the world that a scenario asks for.
#pragma once
#include <memory>

#include "harness/live/breaker_board.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::worlds {

// Nothing runs before start(). The scenario, what `setup` names, and the board outlive the world.
// Only a world whose services run in this process, in real time, tells a board of their breakers.
std::unique_ptr<runtime::World> make_world(const model::Scenario& scenario,
                                           const runtime::WorldSetup& setup,
                                           live::BreakerBoard* board = nullptr);
// Of a target that brings its own nodes.
std::unique_ptr<runtime::World> make_world(model::Mode mode, const runtime::WorldSetup& setup,
                                           live::BreakerBoard* board = nullptr);

}  // namespace seawall::worlds
