// Makes the world that a scenario asks for.
#pragma once
#include <memory>

#include "harness/runtime/world.hpp"

namespace seawall::worlds {

// Nothing runs before start(). What `setup` names outlives the world.
std::unique_ptr<runtime::World> make_world(model::Mode mode, const runtime::WorldSetup& setup);

}  // namespace seawall::worlds
