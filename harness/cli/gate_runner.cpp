#include "harness/cli/gate_runner.hpp"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/os/child.hpp"
#include "harness/os/errand.hpp"
#include "harness/os/process.hpp"
#include "harness/os/processor_time.hpp"
#include "harness/os/shim.hpp"
#include "reports/recorded_side.hpp"
#include "reports/run_reader.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;
using How = GateTry::How;

constexpr base::Duration between_looks = std::chrono::milliseconds(50);  // at interrupts

std::uint64_t seed_of(const GatePlan& plan, std::int64_t pair) {
  return plan.seed + static_cast<std::uint64_t>(pair - 1);
}

os::Command command_of(const GatePlan& plan, const PlannedSide& side, std::int64_t pair,
                       const std::string& out) {
  os::Command command;
  command.words = {side.program};
  command.words.insert(command.words.end(), side.words.begin(), side.words.end());
  for (std::string word :
       {std::string("--seed"), std::to_string(seed_of(plan, pair)), std::string("--out"), out})
    command.words.push_back(std::move(word));
  return command;
}

// How it ended. The first interrupt goes on to it, so that it heals what it has broken.
os::End await(os::Child& child, const Interrupt& interrupt) {
  bool is_told = false;
  for (;;) {
    if (const auto end = child.wait(between_looks)) return *end;
    if (interrupt.count() == 0 || is_told) continue;
    child.signal(SIGINT);
    is_told = true;
  }
}

// The folder of the run is complete with these.
bool has_verdict(const os::End& end) {
  if (end.how != os::End::How::exited) return false;
  const int status = end.number;
  return status == passed || status == invariant_broken || status == level_missed ||
         status == regression || status == inconclusive;
}

GateTry failed(const os::Command& command, std::string why) {
  GateTry none;
  none.how = How::failed;
  none.problem.message = os::to_text(command.words) + " " + std::move(why);
  none.problem.hint = "run it by hand, and then this gate again: it goes on where it is";
  return none;
}

// What broke an invariant counts, however the machine was. In virtual time a run would come out the
// same once more.
std::string why_invalid(const GatePlan& plan, const compare::Run& seen,
                        const os::ProcessorUse& use) {
  if (plan.is_virtual || !seen.broken.empty()) return "";
  if (!seen.load_held) return "the load was not held";
  if (!seen.doubts.empty()) return "it is inconclusive: " + seen.doubts.front();
  if (use.foreign > plan.most_foreign)
    return fmt::format("other processes used {} of the processors (at most {})",
                       percent(use.foreign), percent(plan.most_foreign));
  if (use.stolen > plan.most_stolen)
    return fmt::format("the hypervisor took {} of the processors (at most {})", percent(use.stolen),
                       percent(plan.most_stolen));
  return "";
}

// Whether `found` is what was expected; the first difference is put into `why`.
void expect(const char* what, const std::string& expected, const std::string& found,
            std::string& why) {
  if (why.empty() && found != expected)
    why = fmt::format("{} {}; expected {}", what, found, expected);
}

}  // namespace

std::string why_another(const GatePlan& plan, const PlannedSide& side, std::int64_t pair,
                        const compare::Run& found) {
  std::string scenario = side.scenario.meta.name;
  if (!side.scenario.variant.empty()) scenario += " [" + side.scenario.variant + "]";
  std::string why;
  expect("a run with the seed", std::to_string(seed_of(plan, pair)), std::to_string(found.seed),
         why);
  expect("a run of the scenario", scenario, found.scenario, why);
  expect("a run in the world", std::string(model::name_of(side.scenario.target.mode)), found.world,
         why);
  if (why.empty() && !found.is_whole) why = "a run that was broken off, or came to no verdict";
  return why;
}

std::string why_changed(const GateRun& noted, const compare::Run& found) {
  std::string why;
  expect("a run with the comparison_hash", noted.comparison_hash, found.comparison_hash, why);
  expect("a run with the trace_hash", noted.trace_hash, found.trace_hash, why);
  expect("a run on the machine", noted.machine, found.machine, why);
  return why;
}

std::string percent(base::Share share) {
  return fmt::format("{:.1f} %", static_cast<double>(share.ppm) / 10'000);
}

std::string folder_of(const std::string& gate, const GateRun& run) {
  return (fs::path(gate) / "runs" / run.folder).string();
}

GateTry run_side(const GatePlan& plan, const PlannedSide& side, std::int64_t pair, int attempt,
                 const std::string& folder, Interrupt& interrupt) {
  GateTry result;
  result.run.pair = pair;
  result.run.side = side.letter;
  result.run.folder = fmt::format("{:03}-{}", pair, side.letter);
  if (attempt > 1) result.run.folder += fmt::format("-{}", attempt);
  const std::string out = folder_of(folder, result.run);
  const os::Command command = command_of(plan, side, pair, out);

  const auto before = os::processor_time();
  const base::Duration own_before = os::own_processor_time();
  auto child = os::Child::start({os::own_program(), std::string(os::shim_word)}, command);
  if (!child) return failed(command, "was not run: " + child.error());
  const os::End end = await(**child, interrupt);
  const std::string last_lines = (*child)->output().last_lines();
  child->reset();  // only then its time is known
  const auto after = os::processor_time();

  if (interrupt.count() > 0) {
    std::error_code ignored;  // a part of a run: the next call writes over it, or says why not
    fs::remove_all(out, ignored);
    result.how = How::interrupted;
    return result;
  }
  if (!has_verdict(end))
    return failed(command, os::to_text(end) + "; expected a verdict; " + last_lines);
  if (!reports::is_run_folder(out))
    return failed(command, fmt::format("{} and left no run in {}; expected a seawall that runs {}",
                                       os::to_text(end), out, side.letter));
  auto seen = reports::read_recorded_run(out);
  if (!seen) {
    result.how = How::failed;
    result.problem = seen.error();
    return result;
  }
  if (const std::string why = why_another(plan, side, pair, *seen); !why.empty())
    return failed(command, "left " + why);
  result.seen = std::move(*seen);
  result.run.comparison_hash = result.seen.comparison_hash;
  result.run.trace_hash = result.seen.trace_hash;
  result.run.machine = result.seen.machine;
  os::ProcessorUse use;
  if (before && after)
    use = os::use_between(*before, *after, os::own_processor_time() - own_before);
  result.run.foreign = use.foreign;
  result.run.stolen = use.stolen;
  result.run.invalid = why_invalid(plan, result.seen, use);
  return result;
}

}  // namespace seawall::cli
