// seawall gate: runs A and B by turns, A B B A ..., until it is known whether B is worse. In
// virtual time one pair for each seed is enough, and differences are exact. In wall time pairs are
// added until the decision is made (compare/paired_decision.hpp); a run that the machine disturbed
// is done again.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/comparing.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "harness/cli/gate_runner.hpp"
#include "harness/cli/started.hpp"
#include "reports/comparison_report.hpp"
#include "reports/recorded_side.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {
namespace {

using compare::Comparison;
using compare::PairedDecision;

constexpr int most_attempts = 3;

class Gate {
 public:
  Gate(const GatePlan& plan, const Comparing& comparing, const GateOptions& options,
       std::string folder, GateState state, Interrupt& interrupt)
      : plan_(plan),
        comparing_(comparing),
        options_(options),
        folder_(std::move(folder)),
        state_(std::move(state)),
        interrupt_(interrupt),
        decision_(comparing.rules.wall) {
    a_.name = plan.sides[0].name;
    b_.name = plan.sides[1].name;
  }

  // The exit status.
  int run() {
    tell_cost();
    for (std::int64_t pair = 1; wants_pair(pair); ++pair) {
      if (!run_pair(pair)) return stopped_;
      if (!disturbed_.empty() || has_broken_invariant()) break;
    }
    return conclude();
  }

 private:
  bool wants_pair(std::int64_t pair) const {
    if (plan_.is_virtual) return pair <= static_cast<std::int64_t>(plan_.pairs);
    return !decision_.has_ended();
  }

  // B goes first in every second pair, so that what changes slowly hits both alike. False: the gate
  // cannot go on, and stopped_ says how it ends.
  bool run_pair(std::int64_t pair) {
    const std::size_t first = pair % 2 == 1 ? 0 : 1;
    std::array<std::optional<compare::Run>, 2> runs;
    for (const std::size_t side : {first, 1 - first}) {
      if (!run_one(plan_.sides[side], pair, runs[side])) return false;
      if (!runs[side]) return true;  // disturbed_ says why
    }
    a_.runs.push_back(std::move(*runs[0]));
    b_.runs.push_back(std::move(*runs[1]));
    if (!plan_.is_virtual && !has_broken_invariant())
      decision_.add(compare::pair_of(a_.runs.back().figures.all(), b_.runs.back().figures.all()));
    return true;
  }

  // The run of this side: one that is there from an earlier call, or a new one. None where each
  // attempt was disturbed.
  bool run_one(const PlannedSide& side, std::int64_t pair, std::optional<compare::Run>& run) {
    int attempts = 0;
    for (const GateRun& done : state_.runs) {
      if (done.pair != pair || done.side != side.letter) continue;
      ++attempts;
      if (!done.invalid.empty()) continue;
      return take_up(side, done, run);
    }
    std::string why;
    for (int i = 0; i < most_attempts; ++i) {
      GateTry tried = run_side(plan_, side, pair, ++attempts, folder_, interrupt_);
      if (tried.how != GateTry::How::ended) return stop(tried);
      if (!has_enough_requests(tried.seen)) return false;
      state_.runs.push_back(tried.run);
      if (const auto written = write_state(folder_, state_); !written)
        return stop(environment, written.error());
      tell(tried);
      why = tried.run.invalid;
      if (!why.empty()) continue;
      run = std::move(tried.seen);
      return true;
    }
    disturbed_ = fmt::format("Pair {}: {} was run {} times, and none counts; the last time {}.",
                             pair, side.letter, most_attempts, why);
    return true;
  }

  bool take_up(const PlannedSide& side, const GateRun& done, std::optional<compare::Run>& run) {
    auto seen = reports::read_recorded_run(folder_of(folder_, done));
    if (!seen) return stop(usage, not_to_be_taken_up(done, seen.error().message));
    std::string why = why_another(plan_, side, done.pair, *seen);
    if (why.empty()) why = why_changed(done, *seen);
    if (const std::string here = facts_of_now().machine; why.empty() && seen->machine != here)
      if (!plan_.is_virtual)
        why =
            fmt::format("a run on the machine {}; expected {}, which this is", seen->machine, here);
    if (!why.empty()) return stop(usage, not_to_be_taken_up(done, why));
    if (!has_enough_requests(*seen)) return false;
    run = std::move(*seen);
    return true;
  }

  base::Diagnostic not_to_be_taken_up(const GateRun& done, const std::string& why) const {
    base::Diagnostic problem;
    problem.file = folder_of(folder_, done);
    problem.message = fmt::format("expected {} of pair {}, as gate-state.json beside it has it: {}",
                                  done.side, done.pair, why);
    problem.hint =
        "put the folder back as it was, or start the gate anew with another --out: what has "
        "counted once is not run again";
    return problem;
  }

  bool has_enough_requests(const compare::Run& seen) {
    const std::int64_t count = seen.figures.all().latency.count();
    if (plan_.is_virtual || count >= options_.least_requests || !seen.broken.empty()) return true;
    base::Diagnostic problem;
    problem.file = seen.where;
    problem.message = fmt::format("{} requests; a gate in wall time takes {} in each run", count,
                                  options_.least_requests);
    problem.hint =
        "raise the rate or the duration, as in --set load.rate=1000/s, or compare in "
        "virtual time";
    return stop(usage, problem);
  }

  bool stop(int status, const base::Diagnostic& problem) {
    print({problem});
    stopped_ = status;
    return false;
  }
  bool stop(const GateTry& tried) {
    if (tried.how == GateTry::How::failed) return stop(environment, tried.problem);
    std::fprintf(stderr, "seawall: the same command with --out %s goes on where this one ends\n",
                 folder_.c_str());
    stopped_ = interrupt_.exit_status();
    return false;
  }

  // One violation is enough; more pairs would only repeat it.
  bool has_broken_invariant() const {
    return std::ranges::any_of(b_.runs,
                               [](const compare::Run& run) { return !run.broken.empty(); });
  }

  void tell_cost() const {
    if (options_.how.quiet) return;
    std::fprintf(stderr, "gate: A is %s; B is %s\n", a_.name.c_str(), b_.name.c_str());
    if (plan_.is_virtual) {
      std::fprintf(stderr, "gate: %zu pairs in virtual time; results in %s\n", plan_.pairs,
                   folder_.c_str());
      return;
    }
    const base::Duration each = cost_of(plan_.sides[0].scenario).least;
    const auto minutes = [&](std::size_t pairs) {
      return std::chrono::duration<double>(each).count() * 2 * static_cast<double>(pairs) / 60;
    };
    std::fprintf(stderr,
                 "gate: A B B A ...: %zu pairs to the first look (%.0f min at least), %zu at most "
                 "(%.0f min); results in %s\n",
                 PairedDecision::looks.front(), minutes(PairedDecision::looks.front()),
                 PairedDecision::most_pairs, minutes(PairedDecision::most_pairs), folder_.c_str());
  }

  void tell(const GateTry& tried) const {
    if (options_.how.quiet) return;
    const auto p99 = tried.seen.figures.all().latency.value_at_quantile(base::Share::percent(99));
    std::string line = fmt::format("  pair {} {}  p99 {:.2f} ms", tried.run.pair, tried.run.side,
                                   std::chrono::duration<double, std::milli>(p99).count());
    if (!plan_.is_virtual)
      line += fmt::format("  others {}  stolen {}  {}", percent(tried.run.foreign),
                          percent(tried.run.stolen), state_words());
    if (!tried.run.invalid.empty()) line += "  AGAIN: " + tried.run.invalid;
    std::fprintf(stderr, "%s\n", line.c_str());
  }

  // The run that has just ended may be the first of its pair, which counts when it is whole.
  std::string state_words() const {
    const bool confirms = decision_.state() == PairedDecision::State::confirming;
    return fmt::format("{} pairs {}", decision_.missing(),
                       confirms ? "to confirm that B is slower" : "to the next look");
  }

  int conclude() {
    Comparison comparison;
    if (a_.runs.empty()) {
      comparison.a = a_.name;
      comparison.b = b_.name;
      comparison.scenario = plan_.sides[1].scenario.meta.name;
    } else if (plan_.is_virtual) {
      compare::Rules rules = comparing_.rules;
      rules.asked = true;
      const auto exact = compare::compare(a_, b_, rules);
      if (!exact) {
        print({exact.error()});
        return usage;
      }
      comparison = *exact;
    } else {
      comparison = compare::compare_pairs(decision_, a_, b_, comparing_.rules);
    }
    add_notes(comparison);
    return deliver_gate(comparison);
  }

  void add_notes(Comparison& comparison) const {
    std::size_t repeated = 0;
    for (const GateRun& run : state_.runs)
      if (!run.invalid.empty()) ++repeated;
    if (repeated > 0)
      comparison.notes.push_back(fmt::format(
          "of {} runs, {} do not count; gate-state.json says why", state_.runs.size(), repeated));
    if (plan_.is_same)
      comparison.notes.push_back(
          "A and B are the same program with the same settings: what differs is the machine");
    if (disturbed_.empty() || comparison.verdict == Comparison::Verdict::invariant_broken) return;
    comparison.verdict = Comparison::Verdict::inconclusive;
    comparison.reason = disturbed_;
  }

  int deliver_gate(const Comparison& comparison) {
    int exit = exit_of(comparison.verdict, comparing_.fail_on);
    for (const reports::File& file : comparison_files("gate", comparison, a_, b_, exit)) {
      const auto written = write_beside(folder_, file.name, file.text);
      if (written) continue;
      print({written.error()});
      exit = check::worse_exit(exit, environment);
    }
    tell_comparison(comparison, exit, options_.how);
    return exit;
  }

  const GatePlan& plan_;
  const Comparing& comparing_;
  const GateOptions& options_;
  const std::string folder_;
  GateState state_;
  Interrupt& interrupt_;
  PairedDecision decision_;
  compare::Side a_, b_;
  std::string disturbed_;  // why no verdict can come of it; empty: nothing
  int stopped_ = internal;
};

// A gate grows in its place: who comes again with the same --out finds what is done.
base::expected<std::string, base::Diagnostic> place_of(const GateOptions& options,
                                                       const model::Scenario& scenario) {
  if (!options.how.out.empty()) return options.how.out;
  reports::FolderChoice choice;
  choice.of_many = true;
  choice.parts.emplace_back("gate");
  const auto folder = reports::choose_folder(choice, scenario, facts_of_now().started_utc);
  if (!folder) return base::unexpected(folder.error());
  std::string place = folder->path;
  std::error_code error;
  for (int number = 2; std::filesystem::exists(place, error); ++number)
    place = fmt::format("{}-{}", folder->path, number);
  return place;
}

}  // namespace

int gate_command(const GateOptions& options, Interrupt& interrupt) {
  const auto comparing = read_comparing(options.how);
  if (!comparing) return usage_mistake(comparing.error());
  const auto plan = plan_gate(options);
  if (!plan) return usage;
  const auto place = place_of(options, plan->sides[0].scenario);
  if (!place) {
    print({place.error()});
    return usage;
  }
  auto state = open_gate(*place, plan->question);
  if (!state) {
    print({state.error()});
    return usage;
  }
  interrupt.announce(
      "stopping; the run that goes on heals, and the gate can be taken up again "
      "(again: stop at once)");
  return Gate(*plan, *comparing, options, *place, std::move(*state), interrupt).run();
}

}  // namespace seawall::cli
