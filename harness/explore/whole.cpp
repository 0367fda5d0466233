#include "harness/explore/whole.hpp"

#include "faults/kinds/kind.hpp"
#include "harness/sim/world.hpp"

namespace seawall::explore {

run::Outcome run_whole(const model::Scenario& scenario, const runtime::Target& target) {
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.seed = scenario.run.seed;
  setup.faults = kinds::arm_all(scenario.faults);
  sim::World world(setup);
  run::Unwatched nobody;
  const std::atomic<int> never = 0;
  run::Setup run;
  run.scenario = &scenario;
  run.target = &target;
  run.world = &world;
  run.watcher = &nobody;
  run.interrupts = &never;
  return run::execute(run);
}

}  // namespace seawall::explore
