// seawall explore: what does an order do under every fault, and every pair of faults, that can meet
// it? Thousands of runs in virtual time; what breaks is written as a run that can be replayed.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/explore/report.hpp"
#include "harness/live/clock.hpp"
#include "harness/scenario/reader.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {
namespace {

struct Budget {
  std::optional<base::Duration> time;
  std::int64_t runs = 0;
};

// "30s" or "100000runs"; empty: none.
std::optional<Budget> parse_budget(std::string_view text) {
  Budget budget;
  if (text.empty()) return budget;
  if (text.ends_with("runs")) {
    const std::string_view digits = text.substr(0, text.size() - 4);
    const char* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, budget.runs);
    if (error != std::errc() || rest != end || budget.runs < 1) return std::nullopt;
    return budget;
  }
  const auto time = base::parse_duration(text);
  if (!time || *time <= base::Duration::zero()) return std::nullopt;
  budget.time = *time;
  return budget;
}

// How far it is, on a terminal alone: there is no telling how many runs there will be.
class Progress {
 public:
  explicit Progress(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  Progress(const Progress&) = delete;
  void ended(std::int64_t runs) const {
    if (shown_) std::fprintf(stderr, "\r\033[K  %s runs", base::grouped(runs).c_str());
  }

 private:
  const bool shown_;
};

class Explorer {
 public:
  Explorer(std::string text, const Budget& budget, const Options& options, Interrupt& interrupt)
      : text_(std::move(text)), budget_(budget), options_(options), interrupt_(interrupt) {
    quietly_.quiet = true;
  }

  explore::Exploration search() {
    const base::TimePoint begun = live::steady_now();
    const Progress progress(options_.quiet);
    explore::Setup setup;
    setup.text = text_;
    setup.words = &words();
    setup.make_target = make_target;
    setup.limits.depth = options_.explore.depth;
    setup.limits.runs = budget_.runs;
    setup.limits.spent = [this, begun] {
      return interrupt_.count() > 0 ||
             (budget_.time && live::steady_now() - begun >= *budget_.time);
    };
    const std::size_t jobs =
        options_.jobs > 0 ? static_cast<std::size_t>(options_.jobs) : jobs_of_machine();
    setup.in_parallel = [jobs](std::size_t count, const std::function<void(std::size_t)>& work) {
      in_parallel(count, jobs, work);
    };
    setup.ended = [&progress](std::int64_t runs) { progress.ended(runs); };
    return explore::explore(setup);
  }

  // The finding once more, as `seawall run` does it, with its folder at `path`. The error is one of
  // the environment, or that it does not happen again: then there is a bug in the explorer.
  base::expected<void, base::Diagnostic> keep(const explore::Finding& finding,
                                              const std::string& path) {
    if (interrupt_.count() > 0) return keep_scenario(finding, path);
    const model::Scenario found = read(finding.scenario, model::Mode::sim);
    const auto outcome = run_once(found, quietly_, interrupt_);
    if (!outcome) return base::unexpected(outcome.error());
    const reports::RunReport report =
        reports::make_run_report(found, outcome->record, outcome->verdict, facts_of_now());
    const auto folder = reports::write_run_folder(report, {path, false, ""});
    if (!folder) return base::unexpected(folder.error());
    if (breaks(outcome->verdict, finding)) return {};
    return base::unexpected(base::Diagnostic{path, 0, 0,
                                             "it does not break " +
                                                 finding.violation.broken.front() +
                                                 " when it is run "
                                                 "whole, though it did when it was explored",
                                             "please report this: the two should agree", ""});
  }

  explore::Confirmation confirm(const explore::Finding& finding) {
    explore::Confirmation confirmation;
    if (!finding.robustness.is_high() || interrupt_.count() > 0) return confirmation;
    const auto outcome =
        run_once(read(finding.scenario, model::Mode::inprocess), quietly_, interrupt_);
    if (!outcome || !outcome->environment_error.empty()) {
      confirmation.trouble = outcome ? outcome->environment_error : outcome.error().message;
      return confirmation;
    }
    confirmation.tried = true;
    confirmation.broken = breaks(outcome->verdict, finding);
    return confirmation;
  }

 private:
  static model::Scenario read(const std::string& text, model::Mode mode) {
    scenario::ReadOptions how;
    how.mode = mode;
    auto reading = scenario::read_scenario_text("found.toml", text, how, words());
    base::require(reading.has_value(), "what was found is a scenario");
    return std::move(reading->scenario);
  }

  // Who wants to leave waits for no run.
  static base::expected<void, base::Diagnostic> keep_scenario(const explore::Finding& finding,
                                                              const std::string& path) {
    const auto written =
        reports::write_files({{"scenario.toml", finding.scenario}}, {path, false, ""});
    if (!written) return base::unexpected(written.error());
    return {};
  }

  static bool breaks(const record::Verdict& verdict, const explore::Finding& finding) {
    return std::ranges::any_of(verdict.findings, [&](const record::Finding& one) {
      return one.status == record::Finding::Status::broken &&
             one.id + " " + one.name == finding.violation.broken.front();
    });
  }

  const std::string text_;
  const Budget& budget_;
  const Options& options_;
  Options quietly_ = options_;
  Interrupt& interrupt_;
};

std::optional<Job> one_job(const Options& options) {
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return std::nullopt;
  if (jobs->size() == 1 && !jobs->front().matrix) return jobs->front();
  print(
      {{jobs->size() == 1 ? jobs->front().file : "", 0, 0,
        jobs->size() == 1 ? "it stands for many runs; expected one, without [matrix] and [ablation]"
                          : "more than one scenario; expected one",
        "", ""}});
  return std::nullopt;
}

// The files beside those of the findings; false: they could not be written.
bool write_summary(const explore::Report& report, const reports::Folder& folder,
                   std::string& path) {
  const auto written = reports::write_files({{"explore.json", explore::explore_json(report)},
                                             {"explore.txt", explore::explore_text(report)}},
                                            folder);
  if (written) path = *written;
  if (!written) print({written.error()});
  return written.has_value();
}

// Each as a run in a folder of its own, below `path`.
bool write_findings(Explorer& explorer, const explore::Exploration& exploration,
                    const std::string& path) {
  if (exploration.findings.empty()) return true;
  std::error_code error;  // told by the first file that cannot be written into it
  std::filesystem::create_directory(path + "/found", error);
  bool is_kept = true;
  for (std::size_t i = 0; i < exploration.findings.size(); ++i) {
    const auto kept =
        explorer.keep(exploration.findings[i], fmt::format("{}/found/{:03}", path, i + 1));
    is_kept = is_kept && kept.has_value();
    if (!kept) print({kept.error()});
  }
  return is_kept;
}

std::optional<reports::Folder> folder_for(const Job& job, const Options& options) {
  reports::FolderChoice choice;
  choice.out = options.out;
  choice.of_many = true;
  if (!job.scenario.variant.empty()) choice.parts.push_back(job.scenario.variant);
  choice.parts.emplace_back("explore");
  auto folder = reports::choose_folder(choice, job.scenario, facts_of_now().started_utc);
  if (folder) return std::move(*folder);
  print({folder.error()});
  return std::nullopt;
}

}  // namespace

int explore_command(const Options& options, Interrupt& interrupt) {
  const auto budget = parse_budget(options.explore.budget);
  if (!budget) {
    std::fprintf(stderr,
                 "seawall: --budget %s: expected a time or a number of runs, \"30s\" or "
                 "\"100000runs\"\n",
                 options.explore.budget.c_str());
    return usage;
  }
  const auto job = one_job(options);
  if (!job) return usage;
  if (job->scenario.target.is_own())
    return explore_services_command(*job, budget->time, budget->runs, options, interrupt);
  if (!options.explore.matrix.empty()) return explore_matrix_command(job->file, options, interrupt);
  const auto text = explore::one_order(job->scenario, options.explore.orders);
  if (!text) {
    print({text.error()});
    return usage;
  }
  const auto folder = folder_for(*job, options);
  if (!folder) return usage;

  interrupt.announce("stopping; what was found so far is told (again: stop at once)");
  if (!options.quiet)
    std::fprintf(stderr, "%s: %s, up to %d faults at the same time\n",
                 job->scenario.meta.name.c_str(),
                 options.explore.orders == 1 ? "one order" : "some orders", options.explore.depth);
  Explorer explorer(*text, *budget, options, interrupt);
  const explore::Exploration exploration = explorer.search();
  const bool has_begun = exploration.searched.levels.front().run > 0;
  if (has_begun && !exploration.searched.has_order) {
    print({{job->file, 0, 0, "its first POST request makes no order; expected one that does", "",
            ""}});
    return usage;
  }
  explore::Report report;
  report.scenario = job->scenario.meta.name;
  report.seed = job->scenario.run.seed;
  report.orders = options.explore.orders;
  report.depth = options.explore.depth;
  report.exploration = &exploration;
  if (interrupt.count() > 0) report.ended_by = "its user";
  if (options.explore.confirm)
    for (const explore::Finding& finding : exploration.findings)
      report.confirmations.push_back(explorer.confirm(finding));
  report.exit = explore::exit_of(exploration);
  if (interrupt.count() > 0 && report.exit != invariant_broken)
    report.exit = interrupt.exit_status();

  std::string path;
  const bool is_kept =
      write_summary(report, *folder, path) && write_findings(explorer, exploration, path);
  std::fputs(
      options.json ? explore::explore_json(report).c_str() : explore::explore_text(report).c_str(),
      stdout);
  if (!options.json && is_kept)
    std::printf("files: %s%s   exit %d\n", path.c_str(),
                exploration.findings.empty() ? "" : " (seawall replay its found/001)", report.exit);
  return is_kept ? report.exit : check::worse_exit(report.exit, environment);
}

}  // namespace seawall::cli
