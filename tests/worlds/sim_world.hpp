// The factory of the simulated world, for tests that run over it alone and for factories.hpp.
#pragma once
#include <memory>

#include "harness/sim/world.hpp"

namespace seawall::test {

struct SimWorld {
  std::unique_ptr<runtime::World> make(const runtime::WorldSetup& setup) {
    return std::make_unique<sim::World>(setup);
  }
};

}  // namespace seawall::test
