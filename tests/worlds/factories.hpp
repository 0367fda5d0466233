// The worlds over which the same tests run. A factory makes a world of a setup and keeps whatever
// the world needs beside it (a folder for its stores, say).
#pragma once
#include <memory>
#include <tuple>

#include "harness/sim/world.hpp"

namespace seawall::test {

struct SimWorld {
  std::unique_ptr<runtime::World> make(const runtime::WorldSetup& setup) {
    return std::make_unique<sim::World>(setup);
  }
};

using Worlds = std::tuple<SimWorld>;

}  // namespace seawall::test
