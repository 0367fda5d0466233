// seawall explore, of services of the user's own: what becomes of each request when one of its
// calls goes wrong? Runs over sockets, one after the other or, with --jobs, each with services of
// its own; each cell that does not survive is kept as a run.
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/live/clock.hpp"
#include "harness/survey/report.hpp"
#include "reports/finding_text.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {
namespace {

// What only orders in virtual time have.
std::string refusal_of(const ExploreOptions& explore) {
  if (!explore.matrix.empty()) return "--matrix is of the shop's saga";
  if (explore.orders > 1) return "--orders: services of your own are asked one by one";
  if (!explore.shard.empty()) return "--shard is of the shop's --fuzz";
  if (explore.first) return "--first is of the shop's --fuzz";
  if (explore.fuzz) return "--fuzz is of the shop: services of your own meet one fault at a time";
  if (explore.depth) return "--depth: services of your own meet one fault at a time";
  return {};
}

// Why there can be no second copy of what the scenario starts beside the first; empty: there can.
std::string only_one_of(const model::Scenario& scenario) {
  if (scenario.target.is_external())
    return "what runs already is one, and a request would meet the faults of all the others";
  for (const model::Service& service : scenario.services)
    if (service.port && *service.port != 0)
      return fmt::format(
          "{} has port {}, which only one can listen on (without it, ${{port}} is free)",
          service.name, *service.port);
  return {};
}

class Surveyor {
 public:
  Surveyor(std::string path, const Options& options, Interrupt& interrupt)
      : path_(std::move(path)), options_(options), interrupt_(interrupt) {
    quietly_.quiet = true;
  }

  base::expected<survey::Survey, base::Diagnostics> go(const model::Scenario& scenario,
                                                       std::optional<base::Duration> time,
                                                       std::int64_t runs) {
    const base::TimePoint begun = live::steady_now();
    survey::Setup setup;
    setup.words = &words();
    setup.confirm = options_.explore.confirm;
    if (options_.jobs > 1)
      setup.in_parallel = [this](std::size_t count, const std::function<void(std::size_t)>& work) {
        in_parallel(count, static_cast<std::size_t>(options_.jobs), work);
      };
    setup.run = [this](const model::Scenario& one) { return run(one); };
    setup.spent = [this, begun, time, runs] {
      return (runs > 0 && runs_ >= runs) || (time && live::steady_now() - begun >= *time);
    };
    setup.keep = [this](survey::Cell& cell, const model::Scenario& one,
                        const run::Outcome& outcome) { keep(cell, one, outcome); };
    setup.ended = [this](const survey::Surveyed& one, const survey::Cell& cell) {
      tell(one, cell);
    };
    return survey::survey(scenario, setup);
  }

  // What kept a run from being carried out, or its files from being written; empty: nothing.
  const std::string& failure() const { return failure_; }

 private:
  // Each of these is called from several threads where cells are run at the same time.
  std::optional<run::Outcome> run(const model::Scenario& scenario) {
    if (interrupt_.count() > 0) return std::nullopt;
    ++runs_;
    const Place place{make_target(scenario), {}, [this](const std::string& line) { remark(line); }};
    auto outcome = run_once(scenario, place, quietly_, interrupt_);
    if (!outcome) fail(outcome.error());
    if (!outcome || interrupt_.count() > 0) return std::nullopt;
    return std::move(*outcome);
  }

  void keep(survey::Cell& cell, const model::Scenario& scenario, const run::Outcome& outcome) {
    const std::string folder = fmt::format("found/{:03}", ++kept_);
    const reports::RunReport report =
        reports::make_run_report(scenario, outcome.record, outcome.verdict, facts_of_now());
    const auto written = reports::write_run_folder(report, {path_ + "/" + folder, false, ""});
    if (written) cell.folder = folder;
    if (!written) fail(written.error());
  }

  void tell(const survey::Surveyed& one, const survey::Cell& cell) {
    if (options_.quiet) return;
    const std::lock_guard lock(mutex_);
    std::fprintf(stderr, "  %-9s %s\n", std::string(survey::name_of(cell.judged.fate)).c_str(),
                 reports::printable(survey::title_of(one, cell)).c_str());
  }

  // What one run after the other would say is said once.
  void remark(const std::string& line) {
    const std::lock_guard lock(mutex_);
    if (remarked_.insert(line).second) std::fprintf(stderr, "%s\n", line.c_str());
  }

  // The first is told.
  void fail(const base::Diagnostic& problem) {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = base::to_text(problem);
  }

  const std::string path_;
  const Options& options_;
  Options quietly_ = options_;
  Interrupt& interrupt_;
  std::atomic<std::int64_t> runs_ = 0;
  std::atomic<int> kept_ = 0;
  std::mutex mutex_;
  std::string failure_;
  std::set<std::string> remarked_;
};

// The folder, made at once, so that what is found goes there as it is found. Absent: it is told.
std::optional<std::string> make_folder(const Job& job, const Options& options, int& status) {
  const auto folder = folder_of_many(job, options.out, "explore");
  if (!folder) {
    status = usage;
    return std::nullopt;
  }
  auto path = reports::write_files({{"explore.txt", "This exploration has not ended.\n"}}, *folder);
  std::error_code error;
  if (path) std::filesystem::create_directory(*path + "/found", error);
  if (path) return std::move(*path);
  status = environment;
  print({path.error()});
  return std::nullopt;
}

bool write_summary(const survey::Survey& found, int exit, const std::string& path) {
  const std::vector<reports::File> files = {{"explore.json", survey::survey_json(found, exit)},
                                            {"explore.txt", survey::survey_text(found)},
                                            {"explore.html", survey::survey_html(found, exit)}};
  for (const reports::File& file : files) {
    const auto written = reports::write_over(path + "/" + file.name, file.text);
    if (written) continue;
    print({written.error()});
    return false;
  }
  std::error_code is_not_empty;  // then it stays
  std::filesystem::remove(path + "/found", is_not_empty);
  return true;
}

}  // namespace

int explore_services_command(const Job& job, std::optional<base::Duration> time, std::int64_t runs,
                             const Options& options, Interrupt& interrupt) {
  if (const std::string why = refusal_of(options.explore); !why.empty()) {
    print({{job.file, 0, 0, why + "; expected it left out", "", ""}});
    return usage;
  }
  if (const std::string why = only_one_of(job.scenario); options.jobs > 1 && !why.empty()) {
    print({{job.file, 0, 0, fmt::format("--jobs {}: {}; expected 1", options.jobs, why), "", ""}});
    return usage;
  }
  int status = passed;
  const auto path = make_folder(job, options, status);
  if (!path) return status;
  interrupt.announce("stopping; what was found so far is told (again: stop at once)");
  if (!options.quiet)
    std::fprintf(stderr, "%s: each call of each request, one fault at a time\n",
                 job.scenario.meta.name.c_str());
  Surveyor surveyor(*path, options, interrupt);
  auto found = surveyor.go(job.scenario, time, runs);
  if (!found) {
    std::error_code error;
    std::filesystem::remove_all(*path, error);
    print(found.error());
    return usage;
  }
  if (interrupt.count() > 0) found->ended_by = survey::by_user;
  if (!surveyor.failure().empty()) {
    found->failed = true;
    if (found->ended_by.empty()) found->ended_by = surveyor.failure();
  }
  status = survey::exit_of(*found);
  if (interrupt.count() > 0 && status != invariant_broken) status = interrupt.exit_status();
  const bool is_kept = write_summary(*found, status, *path);
  std::fputs(options.json ? survey::survey_json(*found, status).c_str()
                          : survey::survey_text(*found).c_str(),
             stdout);
  if (!surveyor.failure().empty())
    std::fprintf(stderr, "seawall: explore: %s\n", surveyor.failure().c_str());
  if (!options.json && is_kept)
    std::printf("files: %s (explore.html)   exit %d\n", path->c_str(), status);
  return is_kept ? status : check::worse_exit(status, environment);
}

}  // namespace seawall::cli
