// All worlds in which the toy runs: those of factories.hpp, and processes. A process builds its
// target by itself, so that no test can give it another one.
#pragma once
#include "harness/os/shim.hpp"
#include "harness/worlds/processes.hpp"
#include "tests/worlds/factories.hpp"

namespace seawall::test {

struct InProcesses {
  std::unique_ptr<runtime::World> make(runtime::WorldSetup setup) {
    setup.dir = folder.path();
    setup.programs.shim = {TOY_NODE, std::string(os::shim_word)};
    setup.programs.serve = {TOY_NODE};
    return std::make_unique<worlds::Processes>(setup);
  }
  live::test::Folder folder;
};

using ToyWorlds = std::tuple<SimWorld, LiveInSqlite, LiveInMemory, InProcesses>;

}  // namespace seawall::test
