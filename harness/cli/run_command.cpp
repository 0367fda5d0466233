// seawall run: reads everything, runs one scenario after the other, writes each run's folder,
// prints each verdict, and ends with the worst of them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/github.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "reports/html/index.hpp"
#include "reports/journal.hpp"
#include "reports/ledger.hpp"
#include "reports/run_folder.hpp"
#include "reports/run_json.hpp"
#include "reports/terminal.hpp"

namespace seawall::cli {
namespace {

struct Finished {
  int exit = passed;
  record::Verdict verdict;
  std::string json;
  std::string folder;  // empty: it has none
};

// One run that is going to happen, and where its files will be.
struct Planned {
  model::Scenario scenario;
  reports::Folder folder;
};

// Every run of the command. A folder that cannot be had is printed, and there is nothing: a wrong
// place is a mistake of the user, and nothing starts then.
std::optional<std::vector<Planned>> plan(const std::vector<Job>& jobs, const Options& options,
                                         const reports::RunFacts& facts) {
  std::vector<Planned> runs;
  base::Diagnostics problems;
  for (const Job& job : jobs) {
    reports::FolderChoice choice;
    choice.out = options.out;
    choice.several = jobs.size() > 1;
    if (!job.scenario.variant.empty()) choice.parts.push_back(job.scenario.variant);
    if (options.repeat > 1) choice.parts.push_back(std::to_string(job.scenario.run.seed));
    const auto folder = reports::choose_folder(choice, job.scenario, facts.started_utc);
    if (!folder) {
      problems.push_back(folder.error());
      continue;
    }
    const auto same = std::find_if(runs.begin(), runs.end(), [&](const Planned& other) {
      return !folder->numbered && other.folder.path == folder->path;
    });
    if (same != runs.end())
      problems.push_back({job.file, 0, 0,
                          "its files would replace those of another run in " + folder->path,
                          "give the scenarios different names, or leave --out away"});
    runs.push_back({job.scenario, *folder});
  }
  if (problems.empty()) return runs;
  print(problems);
  return std::nullopt;
}

Finished run_job(const Planned& run, const reports::RunFacts& facts, const Options& options,
                 Interrupt& interrupt, std::optional<Ran>* ran) {
  const model::Scenario& scenario = run.scenario;
  Finished finished;
  const auto outcome = run_once(scenario, options, interrupt);
  if (!outcome) {
    print({outcome.error()});
    finished.exit = environment;
    return finished;
  }
  finished.verdict = outcome->verdict;
  if (!outcome->environment_error.empty())
    std::fprintf(stderr, "seawall: %s: %s\n", scenario.meta.name.c_str(),
                 outcome->environment_error.c_str());
  // What was broken off while it started has not failed by itself.
  if (outcome->record.interrupted && finished.verdict.exit != invariant_broken)
    finished.verdict.exit = interrupt.exit_status();
  finished.exit = judged_status(finished.verdict, options);

  reports::RunReport report =
      reports::make_run_report(scenario, outcome->record, finished.verdict, facts);
  const auto folder = reports::write_run_folder(report, run.folder);
  if (!folder) {
    print({folder.error()});
    finished.exit = check::worse_exit(finished.exit, environment);
    report.verdict.exit = finished.exit;
  }
  if (folder) finished.folder = *folder;
  if (ran)
    *ran = Ran{report.trace, reports::journal_jsonl(report), reports::ledger_jsonl(report),
               report.verdict};
  if (options.json) {
    finished.json = reports::run_json(report);
  } else {
    std::fputs(reports::terminal_text(report, folder ? *folder : "", wants_color(options)).c_str(),
               stdout);
    std::fflush(stdout);
  }
  if (is_on_github(options.ci)) {
    // What a variant breaks is no error: judge_variant() tells what is.
    const bool as_variant = options.variants && !run.scenario.variant.empty();
    if (!as_variant) std::fputs(github_annotations(report).c_str(), stdout);
    append_step_summary(report);
  }
  return finished;
}

// What a variant is for: to break what it lists and what the scenario itself does not break. Its
// own exit status says nothing here, unless it could not be judged at all, or it lists nothing:
// then it is to hold.
int judge_variant(const model::Scenario& scenario, const Finished& finished,
                  const record::Verdict& without, const Options& options) {
  if (finished.exit == environment || finished.exit == internal || finished.exit >= 130)
    return finished.exit;
  const auto named = [&](const model::Variant& variant) {
    return variant.name == scenario.variant;
  };
  const auto variant = std::find_if(scenario.variants.begin(), scenario.variants.end(), named);
  if (variant->breaks.empty()) return finished.exit;
  std::vector<std::string> missing;
  std::vector<std::string> sound;  // without the variant
  const bool all_broken = check::breaks_all(*variant, finished.verdict, missing);
  check::breaks_all(*variant, without, sound);
  if (all_broken && sound.size() < variant->breaks.size()) {
    std::fprintf(stderr,
                 "seawall: %s: variant %s proves nothing: of what it is to break, the scenario "
                 "itself keeps only: %s\n",
                 scenario.meta.name.c_str(), variant->name.c_str(),
                 sound.empty() ? "nothing" : base::join(sound, ", ").c_str());
    return counts(options, "inconclusive") ? inconclusive : passed;
  }
  if (all_broken) {
    std::fprintf(stderr, "  variant %s breaks what it should: %s\n", variant->name.c_str(),
                 base::join(variant->breaks, ", ").c_str());
    return passed;
  }
  std::fprintf(stderr,
               "seawall: %s: variant %s was to break %s, and did not: the check is blind or could "
               "not be judged, or the pattern is not what saves this run\n",
               scenario.meta.name.c_str(), variant->name.c_str(),
               base::join(missing, ", ").c_str());
  return counts(options, "inconclusive") ? inconclusive : passed;
}

// The runs of one command side by side. Without it they are complete all the same.
void index_runs(const std::vector<std::string>& folders) {
  if (folders.size() < 2) return;
  const auto index = reports::write_index(reports::common_parent(folders), folders);
  if (!index) return print({index.error()});
  std::fprintf(stderr, "%zu runs side by side: %s\n", folders.size(), index->c_str());
}

void print_json(const std::vector<std::string>& documents, bool several) {
  if (several) std::puts("[");
  for (std::size_t i = 0; i < documents.size(); ++i)
    std::printf("%s%s", documents[i].c_str(), i + 1 < documents.size() ? ",\n" : "\n");
  if (several) std::puts("]");
}

}  // namespace

// Colours are for a terminal, unless its user has asked for none (https://no-color.org).
bool wants_color(const Options& options) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = !terminal || std::string_view(terminal) == "dumb";
  return options.color && !dumb && isatty(STDOUT_FILENO) == 1 && !(no_color && *no_color);
}

bool counts(const Options& options, std::string_view name) {
  return std::find(options.fail_on.begin(), options.fail_on.end(), name) != options.fail_on.end();
}

int judged_status(const record::Verdict& verdict, const Options& options) {
  if (verdict.exit == usage || verdict.exit > inconclusive) return verdict.exit;
  return check::exit_code(verdict.findings, options.fail_on);
}

bool parse_classes(const std::string& text, std::vector<std::string>& classes) {
  const std::vector<std::string> known = {"invariant", "slo", "regression", "inconclusive"};
  classes.clear();
  for (const std::string_view part : base::split(text, ',')) {
    classes.emplace_back(base::trim(part));
    if (std::find(known.begin(), known.end(), classes.back()) == known.end()) return false;
  }
  return true;
}

int run_jobs(const std::vector<Job>& jobs, const Options& options, Interrupt& interrupt,
             std::optional<Ran>* last) {
  const reports::RunFacts facts = facts_of_now();
  const auto runs = plan(jobs, options, facts);
  if (!runs) return usage;
  int status = passed;
  std::vector<std::string> documents;
  std::vector<std::string> folders;
  record::Verdict without;  // of the scenario whose variants follow it
  for (const Planned& run : *runs) {
    if (interrupt.count() > 0) break;
    const Finished finished = run_job(run, facts, options, interrupt, last);
    const bool as_variant = options.variants && !run.scenario.variant.empty();
    status = check::worse_exit(status, as_variant
                                           ? judge_variant(run.scenario, finished, without, options)
                                           : finished.exit);
    if (run.scenario.variant.empty()) without = finished.verdict;
    if (!finished.json.empty()) documents.push_back(finished.json);
    if (!finished.folder.empty()) folders.push_back(finished.folder);
  }
  index_runs(folders);
  if (options.json) print_json(documents, runs->size() > 1);
  if (interrupt.count() > 0) status = check::worse_exit(status, interrupt.exit_status());
  return status;
}

int run_command(const Options& options, Interrupt& interrupt) {
  const auto jobs = read_jobs(options, options.variants);
  if (!jobs || !can_run(*jobs)) return usage;
  base::Diagnostics problems;
  for (const Job& job : *jobs)
    if (job.matrix)
      problems.push_back({job.file, 0, 0,
                          fmt::format("it stands for {} runs; expected one, without [matrix] and "
                                      "[ablation]",
                                      job.matrix->cells.size()),
                          "`seawall matrix` runs them all", ""});
  print(problems);
  return problems.empty() ? run_jobs(*jobs, options, interrupt) : usage;
}

}  // namespace seawall::cli
