// seawall explore: what does an order do under every fault, and every pair of faults, that can meet
// it? Thousands of runs in virtual time; what breaks is written as a run that can be replayed.
#include <cstdio>

#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explore_found.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/words.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/explore/report.hpp"
#include "reports/finding_text.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {
namespace {

class Explorer {
 public:
  Explorer(std::string text, const Budget& budget, const Options& options,
           const Interrupt& interrupt)
      : text_(std::move(text)), budget_(budget), options_(options), interrupt_(interrupt) {}

  explore::Exploration search() {
    const RunsShown progress(options_.quiet);
    explore::Setup setup;
    setup.text = text_;
    setup.words = &words();
    setup.make_target = make_target;
    setup.limits.depth = options_.explore.depth_or_default();
    setup.limits.runs = budget_.runs;
    setup.limits.time = time_limit(budget_.time, interrupt_);
    const std::size_t jobs =
        options_.jobs > 0 ? static_cast<std::size_t>(options_.jobs) : jobs_of_machine();
    setup.in_parallel = [jobs](std::size_t count, const std::function<void(std::size_t)>& work) {
      in_parallel(count, jobs, work);
    };
    setup.ended = [&progress](std::int64_t runs) { progress.ended(runs); };
    return explore::explore(setup);
  }

 private:
  const std::string text_;
  const Budget& budget_;
  const Options& options_;
  const Interrupt& interrupt_;
};

// One of the findings, as its folder tells it.
FoundRun found_run(const explore::Finding& finding) {
  FoundRun found;
  found.scenario = finding.scenario;
  found.broken = finding.violation.broken.front();
  found.told = {finding.plan,
                finding.is_minimal,
                finding.violation.culprit,
                fmt::format("with {} of {} other seeds it breaks too", finding.robustness.broken,
                            finding.robustness.seeds),
                finding.hint,
                finding.story};
  found.is_robust = finding.robustness.is_high();
  return found;
}

Summary summary_of(const explore::Report& report) {
  return {explore::explore_json(report), explore::explore_text(report)};
}

// Those of the shop judge an exploration.
void tell_unjudged(const model::Scenario& scenario) {
  std::vector<std::string> names;
  for (const model::Invariant& invariant : scenario.invariants)
    if (invariant.that) names.push_back(invariant.name);
  if (names.empty()) return;
  std::fprintf(stderr, "%s: its own [[invariant]] are not judged here: %s\n",
               scenario.meta.name.c_str(), reports::printable(base::join(names, "; ")).c_str());
}

}  // namespace

int explore_command(const Options& options, Interrupt& interrupt) {
  const auto budget = parse_budget(options.explore.budget);
  if (!budget) return usage;
  const auto job = one_job(options);
  if (!job) return usage;
  if (job->scenario.target.is_own())
    return explore_services_command(*job, budget->time, budget->runs, options, interrupt);
  tell_unjudged(job->scenario);
  if (!options.explore.matrix.empty()) return explore_matrix_command(job->file, options, interrupt);
  if (options.explore.fuzz) return explore_fuzz_command(*job, *budget, options, interrupt);
  const std::int64_t orders = options.explore.orders_or(1);
  const auto text = explore::one_order(job->scenario, orders);
  if (!text) {
    print({text.error()});
    return usage;
  }
  const auto folder = folder_of_many(*job, options.out, "explore");
  if (!folder) return usage;

  interrupt.announce("stopping; what was found so far is told (again: stop at once)");
  if (!options.quiet)
    std::fprintf(stderr, "%s: %s, %s at the same time, at most\n", job->scenario.meta.name.c_str(),
                 orders == 1 ? "one order" : base::counted(orders, "order").c_str(),
                 base::counted(options.explore.depth_or_default(), "fault").c_str());
  Explorer explorer(*text, *budget, options, interrupt);
  const explore::Exploration exploration = explorer.search();
  const bool has_begun = exploration.searched.levels.front().run > 0;
  if (has_begun && !exploration.searched.has_order()) {
    print({explore::no_order(job->scenario)});
    return usage;
  }
  explore::Report report;
  report.scenario = job->scenario.meta.name;
  report.seed = job->scenario.run.seed;
  report.orders = orders;
  report.depth = options.explore.depth_or_default();
  report.exploration = &exploration;
  if (interrupt.count() > 0) report.ended_by = "its user";
  std::vector<FoundRun> found;
  for (const explore::Finding& finding : exploration.findings) found.push_back(found_run(finding));
  report.exit = explore::exit_of(exploration);
  if (interrupt.count() > 0 && report.exit != invariant_broken)
    report.exit = interrupt.exit_status();

  std::string path;
  bool is_kept = keep_all(summary_of(report), found, *folder, path);
  if (!options.json) std::fputs(explore::explore_text(report).c_str(), stdout);
  std::fflush(stdout);
  if (options.explore.confirm && !found.empty()) {
    report.confirmations = confirm_all(found, options, interrupt);
    is_kept = is_kept && rewrite_summary(summary_of(report), path);
  }
  if (options.json)
    std::fputs(explore::explore_json(report).c_str(), stdout);
  else
    print_files(path, is_kept, found, report.exit);
  return is_kept ? report.exit : check::worse_exit(report.exit, environment);
}

}  // namespace seawall::cli
