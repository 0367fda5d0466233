// Makes the world that a scenario asks for.
#pragma once
#include <memory>

#include "harness/runtime/world.hpp"

namespace seawall::worlds {

// Nothing runs before start(). The scenario, and what `setup` names, outlive the world.
std::unique_ptr<runtime::World> make_world(const model::Scenario& scenario,
                                           const runtime::WorldSetup& setup);
// Of a target that brings its own nodes.
std::unique_ptr<runtime::World> make_world(model::Mode mode, const runtime::WorldSetup& setup);

}  // namespace seawall::worlds
