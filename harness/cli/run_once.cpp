#include "harness/cli/run_once.hpp"

#include <fmt/format.h>

#include "faults/kinds/kind.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/progress.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/worlds/worlds.hpp"

namespace seawall::cli {

base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Options& options,
                                                        Interrupt& interrupt) {
  return run_once(scenario, Place{make_target(scenario), {}}, options, interrupt);
}

base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Place& place, const Options& options,
                                                        Interrupt& interrupt) {
  const bool virtual_time = scenario.target.mode == model::Mode::sim;
  auto folder = os::PrivateFolder::make();
  if (!folder) return base::unexpected(folder.error());

  auto setup = world_setup(scenario, place.target, folder->path());
  if (!setup) return base::unexpected(setup.error());
  setup->outside = place.outside;
  for (std::uint16_t position = 0; const model::Fault& fault : scenario.faults)
    setup->faults.push_back(kinds::arm(fault, position++));
  const std::unique_ptr<runtime::World> world = worlds::make_world(scenario, *setup);

  Progress progress(scenario, *world, options.quiet, virtual_time);
  const Interrupt::Listener listener(interrupt, [&world] { world->interrupt(); });
  run::Setup run;
  run.scenario = &scenario;
  run.target = &place.target;
  run.world = world.get();
  run.watcher = &progress;
  run.interrupts = &interrupt.count();
  run::Outcome outcome = run::execute(run);
  for (const std::string& remark : world->remarks())
    progress.line(fmt::format("seawall: {}: {}", scenario.meta.name, remark));
  return outcome;
}

}  // namespace seawall::cli
