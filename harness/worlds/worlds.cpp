#include "harness/worlds/worlds.hpp"

#include "harness/base/assert.hpp"
#include "harness/sim/world.hpp"
#include "harness/worlds/in_process.hpp"
#include "harness/worlds/own_services.hpp"
#include "harness/worlds/processes.hpp"

namespace seawall::worlds {

std::unique_ptr<runtime::World> make_world(const model::Scenario& scenario,
                                           const runtime::WorldSetup& setup,
                                           live::BreakerBoard* board) {
  if (scenario.target.is_own()) return std::make_unique<OwnServices>(scenario, setup);
  return make_world(scenario.target.mode, setup, board);
}

std::unique_ptr<runtime::World> make_world(model::Mode mode, const runtime::WorldSetup& setup,
                                           live::BreakerBoard* board) {
  switch (mode) {
    case model::Mode::sim:
      return std::make_unique<sim::World>(setup);
    case model::Mode::inprocess:
      return std::make_unique<InProcess>(setup, board);
    case model::Mode::processes:
      return std::make_unique<Processes>(setup);
  }
  base::fail_promise("a mode is one of the known ones", std::source_location::current());
}

}  // namespace seawall::worlds
