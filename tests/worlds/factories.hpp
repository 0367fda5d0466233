// The worlds over which the same tests run. A factory makes a world of a setup and keeps whatever
// the world needs beside it (a folder for its stores, say).
#pragma once
#include <memory>
#include <tuple>

#include "harness/worlds/in_process.hpp"
#include "tests/live_store/folder.hpp"
#include "tests/worlds/sim_world.hpp"

namespace seawall::test {

template <model::Target::Store store>
struct LiveWorld {
  std::unique_ptr<runtime::World> make(runtime::WorldSetup setup) {
    setup.dir = folder.path();
    setup.store = store;
    return std::make_unique<worlds::InProcess>(setup);
  }
  live::test::Folder folder;
};
using LiveInSqlite = LiveWorld<model::Target::Store::sqlite>;
using LiveInMemory = LiveWorld<model::Target::Store::memory>;

using Worlds = std::tuple<SimWorld, LiveInSqlite, LiveInMemory>;

}  // namespace seawall::test
