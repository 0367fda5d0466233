#include "harness/cli/run_once.hpp"

#include <atomic>
#include <cstdio>

#include <fmt/format.h>

#include "faults/kinds/kind.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/progress.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/process.hpp"
#include "harness/os/shim.hpp"
#include "harness/os/undo_guard.hpp"
#include "harness/probe/prober.hpp"
#include "harness/worlds/worlds.hpp"

namespace seawall::cli {
namespace {

void tell(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences)
    std::fprintf(stderr, "seawall: %s\n", sentence.c_str());
}

run::Workplace workplace_of(const model::Scenario& scenario, const std::string& notes) {
  run::Workplace place;
  place.program = os::own_program();
  place.shim = {place.program, std::string(os::shim_word)};
  place.root = scenario.target.root.value_or("");
  place.notes = notes;
  place.clock = live::steady_now;
  return place;
}

}  // namespace

base::expected<os::PrivateFolder, base::Diagnostic> private_folder() {
  bool all_done = true;
  for (const os::Undoing& undoing :
       os::undo_left_behind({os::own_program(), std::string(os::shim_word)})) {
    tell({undoing.sentence});
    all_done = all_done && undoing.is_done;
  }
  if (!all_done) {
    base::Diagnostic problem;
    problem.message =
        "nothing is started: what an earlier run has done is not undone, so what is "
        "measured now would be of a system with a fault in it";
    problem.hint = "undo it by hand, and remove the folder that is named above";
    return base::unexpected(std::move(problem));
  }
  return os::PrivateFolder::make();
}

FolderSweeper::FolderSweeper(Interrupt& interrupt) : interrupt_(interrupt) {}

void FolderSweeper::watch(const os::PrivateFolder& folder) {
  listener_.emplace(
      interrupt_, [] {},
      [path = folder.path()] { os::leave_to_guard(os::own_program(), path); });
}

base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Options& options,
                                                        Interrupt& interrupt) {
  return run_once(scenario, Place{make_target(scenario), {}, {}, false}, options, interrupt);
}

base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Place& place, const Options& options,
                                                        Interrupt& interrupt) {
  const bool virtual_time = scenario.target.mode == model::Mode::sim;
  FolderSweeper sweeper(interrupt);
  auto folder = private_folder();
  if (!folder) return base::unexpected(folder.error());
  sweeper.watch(*folder);
  const run::Workplace workplace = workplace_of(scenario, folder->path());
  run::FaultCommands fault_commands(scenario.faults, workplace);

  auto setup = world_setup(scenario, place.target, folder->path());
  if (!setup) return base::unexpected(setup.error());
  setup->outside = place.outside;
  setup->faults = kinds::arm_all(scenario.faults);
  live::BreakerBoard breakers;
  const bool is_watched = options.live && !options.quiet && can_draw_live();
  const std::unique_ptr<runtime::World> world =
      worlds::make_world(scenario, *setup, is_watched ? &breakers : nullptr);

  const ProgressOptions shown{options.quiet, is_watched, virtual_time};
  Progress progress(scenario, *world, interrupt.count(), breakers, shown);
  std::atomic<int> leaves = 0;  // as the interruptions of who waits for nothing: at least two
  const Interrupt::Listener listener(
      interrupt,
      [&] {
        leaves = 2;
        world->interrupt();
      },
      [&] { tell(fault_commands.undo_all()); });
  if (interrupt.count() > 0) leaves = 2;
  run::Setup run;
  run.scenario = &scenario;
  run.target = &place.target;
  run.world = world.get();
  run.watcher = &progress;
  run.interrupts = place.is_left_at_once ? &leaves : &interrupt.count();
  run.fault_commands = &fault_commands;
  run.workplace = &workplace;
  run.make_asker = [&](const model::Addresses& known) -> std::unique_ptr<probe::Asker> {
    probe::Surroundings around{known, workplace.root, workplace.clock, workplace.shim};
    return std::make_unique<probe::Prober>(scenario.probes, std::move(around));
  };
  run::Outcome outcome = run::execute(run);
  for (const std::string& remark : world->remarks()) {
    const std::string line = fmt::format("seawall: {}: {}", scenario.meta.name, remark);
    place.remark ? place.remark(line) : progress.line(line);
  }
  return outcome;
}

}  // namespace seawall::cli
