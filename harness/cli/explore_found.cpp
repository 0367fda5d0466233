#include "harness/cli/explore_found.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "harness/base/shell_word.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/explore/whole.hpp"
#include "harness/live/clock.hpp"
#include "harness/scenario/reader.hpp"
#include "reports/finding_text.hpp"

namespace seawall::cli {
namespace {

model::Scenario read(const std::string& text, model::Mode mode) {
  scenario::ReadOptions how;
  how.mode = mode;
  auto reading = scenario::read_scenario_text("found.toml", text, how, words());
  base::require(reading.has_value(), "what was found is a scenario");
  return std::move(reading->scenario);
}

bool breaks(const record::Verdict& verdict, const FoundRun& found) {
  return std::ranges::any_of(verdict.findings, [&](const record::Finding& one) {
    return one.status == record::Finding::Status::broken && reports::title_of(one) == found.broken;
  });
}

base::expected<void, base::Diagnostic> keep(const FoundRun& found, const std::string& path) {
  const model::Scenario scenario = read(found.scenario, model::Mode::sim);
  const run::Outcome outcome = explore::run_whole(scenario, make_target(scenario));
  reports::RunReport report =
      reports::make_run_report(scenario, outcome.record, outcome.verdict, facts_of_now());
  report.found = found.told;
  const auto folder = reports::write_run_folder(report, {path, false, ""});
  if (!folder) return base::unexpected(folder.error());
  if (breaks(outcome.verdict, found)) return {};
  return base::unexpected(
      base::Diagnostic{path, 0, 0,
                       fmt::format("it does not break {} when it is run whole, though it did when "
                                   "it was explored",
                                   found.broken),
                       "please report this: the two should agree", ""});
}

bool keep_each(const std::vector<FoundRun>& found, const std::string& path) {
  if (found.empty()) return true;
  std::error_code error;  // told by the first file that cannot be written into it
  std::filesystem::create_directory(path + "/found", error);
  bool all_kept = true;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto kept = keep(found[i], fmt::format("{}/found/{:03}", path, i + 1));
    all_kept = all_kept && kept.has_value();
    if (!kept) print({kept.error()});
  }
  return all_kept;
}

bool write_over(const std::string& file, const std::string& text) {
  const auto written = reports::write_over(file, text);
  if (!written) print({written.error()});
  return written.has_value();
}

// All phases of its run, with a second for the start and the end of its services.
base::Duration longest_run(const FoundRun& found) {
  const model::Run& run = read(found.scenario, model::Mode::sim).run;
  return std::chrono::ceil<std::chrono::seconds>(run.warmup + run.duration + run.settle) +
         std::chrono::seconds(1);
}

// No machine does as many, and the numbers of runs can be added without a thought.
constexpr std::int64_t most_runs = 1'000'000'000'000;

}  // namespace

std::optional<Budget> parse_budget(std::string_view text) {
  Budget budget;
  if (text.empty()) return budget;
  const bool is_of_runs = text.ends_with("runs");
  if (is_of_runs) {
    const std::string_view digits = text.substr(0, text.size() - 4);
    const char* end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, budget.runs);
    if (error == std::errc() && rest == end && budget.runs >= 1 && budget.runs <= most_runs)
      return budget;
  } else if (const auto time = base::parse_duration(text); time && *time > base::Duration::zero()) {
    budget.time = *time;
    return budget;
  } else if (time) {
    std::fprintf(stderr, "seawall: --budget %s: in no time nothing is explored; expected some\n",
                 std::string(text).c_str());
    return std::nullopt;
  }
  const bool has_no_unit = text.find_first_not_of("0123456789") == text.npos;
  std::fprintf(stderr, "seawall: --budget %s: expected a time or a number of runs, %s\n",
               std::string(text).c_str(),
               has_no_unit  ? base::concat({"\"", text, "s\" or \"", text, "runs\""}).c_str()
               : is_of_runs ? "such as \"100000runs\", from 1 to 10^12 runs"
                            : "\"30s\" or \"100000runs\"");
  return std::nullopt;
}

explore::TimeLimit time_limit(std::optional<base::Duration> time, const Interrupt& interrupt) {
  const base::TimePoint begun = live::steady_now();
  const auto is_over = [begun](std::optional<base::Duration> limit) {
    return limit && live::steady_now() - begun >= *limit;
  };
  explore::TimeLimit limit;
  limit.spent = [=, &interrupt] { return interrupt.count() > 0 || is_over(time); };
  limit.nearly_spent = [=] { return time && is_over(*time / 5 * 4); };
  return limit;
}

std::optional<Job> one_job(const Options& options) {
  if (options.scenarios.empty()) {
    std::fprintf(stderr, "seawall: SCENARIO is missing; expected one to explore\n");
    return std::nullopt;
  }
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return std::nullopt;
  if (jobs->size() > 1) {
    constexpr std::size_t most_named = 5;
    std::vector<std::string> files;
    for (const Job& job : *jobs)
      if (files.size() < most_named) files.push_back(job.file);
    print({{base::join(options.scenarios, " "), 0, 0,
            fmt::format("stands for {} scenarios; expected one to explore", jobs->size()),
            base::concat({"name one of them: ", base::join(files, ", "),
                          jobs->size() > most_named ? ", ..." : ""}),
            ""}});
    return std::nullopt;
  }
  if (!jobs->front().matrix) return jobs->front();
  print({{jobs->front().file, 0, 0,
          "it stands for many runs; expected one, without [matrix] and [ablation]", "", ""}});
  return std::nullopt;
}

RunsShown::RunsShown(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO) == 1) {}
RunsShown::~RunsShown() {
  if (shown_) std::fputs("\r\033[K", stderr);
}
void RunsShown::ended(std::int64_t runs) const {
  if (shown_) std::fprintf(stderr, "\r\033[K  %s runs", base::grouped(runs).c_str());
}

bool is_scenario(const std::string& text) {
  scenario::ReadOptions how;
  how.mode = model::Mode::sim;
  const auto reading = scenario::read_scenario_text("found.toml", text, how, words());
  return reading.has_value() && reading->scenario.target.is_shop();
}

bool keep_all(const Summary& summary, const std::vector<FoundRun>& found,
              const reports::Folder& folder, std::string& path) {
  const auto placed = reports::write_files({{"explore.txt", summary.text}}, folder);
  if (!placed) {
    print({placed.error()});
    return false;
  }
  path = *placed;
  const bool are_kept = keep_each(found, path);
  return write_over(path + "/explore.json", summary.as_json) && are_kept;
}

explore::Confirmation confirm(const FoundRun& found, const Options& options, Interrupt& interrupt) {
  explore::Confirmation confirmation;
  if (!found.is_robust) return confirmation;
  if (interrupt.count() > 0) {
    confirmation.trouble = "its user wanted no more";
    return confirmation;
  }
  scenario::ReadOptions over_sockets;
  over_sockets.mode = model::Mode::inprocess;
  const auto reading =
      scenario::read_scenario_text("found.toml", found.scenario, over_sockets, words());
  if (!reading) {  // one of its faults is had in virtual time alone
    confirmation.trouble = reading.error().front().message;
    return confirmation;
  }
  Options quietly = options;
  quietly.quiet = true;
  const Place place{make_target(reading->scenario), {}, {}, true};
  const auto outcome = run_once(reading->scenario, place, quietly, interrupt);
  if (interrupt.count() > 0) {
    confirmation.trouble = "its user wanted no more";
    return confirmation;
  }
  if (!outcome || !outcome->environment_error.empty()) {
    confirmation.trouble = outcome ? outcome->environment_error : outcome.error().message;
    return confirmation;
  }
  confirmation.tried = true;
  confirmation.broken = breaks(outcome->verdict, found);
  return confirmation;
}

std::vector<explore::Confirmation> confirm_all(const std::vector<FoundRun>& found,
                                               const Options& options, Interrupt& interrupt) {
  std::vector<explore::Confirmation> confirmations;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].is_robust && interrupt.count() == 0 && !options.quiet)
      std::fprintf(stderr, "over sockets: %zu of %zu, up to %s\n", i + 1, found.size(),
                   base::to_text(longest_run(found[i])).c_str());
    confirmations.push_back(confirm(found[i], options, interrupt));
    if (options.json) continue;
    std::printf("%03zu over sockets: %s\n", i + 1, explore::to_text(confirmations.back()).c_str());
    std::fflush(stdout);
  }
  return confirmations;
}

bool rewrite_summary(const Summary& summary, const std::string& path) {
  const bool is_written = write_over(path + "/explore.json", summary.as_json);
  return write_over(path + "/explore.txt", summary.text) && is_written;
}

void print_files(const std::string& path, bool is_kept, const std::vector<FoundRun>& found,
                 int exit) {
  if (path.empty()) return;
  std::string next;
  if (is_kept && !found.empty()) {
    const std::string first = path + "/found/001";
    const std::string& broken = found.front().broken;
    const std::string kept = "resilience/" + broken.substr(broken.find(' ') + 1) + ".toml";
    const std::string copy = fmt::format(
        "keep it: cp {} {}", base::shell_word(first + "/scenario.toml"), base::shell_word(kept));
    std::printf("%s\n", reports::printable(copy).c_str());
    next = "   again: seawall replay " + reports::printable(base::shell_word(first));
  }
  std::printf("files: %s%s   exit %d\n", reports::printable(path).c_str(), next.c_str(), exit);
}

}  // namespace seawall::cli
