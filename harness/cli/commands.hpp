// The commands, each in a file of its own. All return the exit status; results go to stdout,
// everything else to stderr.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/cli/options.hpp"
#include "harness/cli/proxy_options.hpp"
#include "harness/model/matrix.hpp"
#include "harness/model/tune.hpp"
#include "harness/record/verdict.hpp"
#include "harness/runtime/world.hpp"
#include "reports/run_folder.hpp"
#include "reports/trace.hpp"

namespace seawall::cli {

struct Job;

int run_command(const Options& options, Interrupt& interrupt);
int matrix_command(const Options& options, Interrupt& interrupt);
int tune_command(const Options& options, Interrupt& interrupt);
int explore_command(const Options& options, Interrupt& interrupt);
// The same for each setting of the saga of the scenario in this file.
int explore_matrix_command(const std::string& file, const Options& options, Interrupt& interrupt);
// The same question for services of the user's own: each call of each request, with one fault at a
// time. The budget: no longer than this, where it is given, and so many runs, where it is not 0.
int explore_services_command(const Job& job, std::optional<base::Duration> time, std::int64_t runs,
                             const Options& options, Interrupt& interrupt);
// What the shards of a fuzzing have found, as one.
int explore_merge_command(const Options& options);
int validate_command(const Options& options);
int explain_command(const Options& options);
int list_command(const Options& options);
int replay_command(const Options& options, Interrupt& interrupt);
int report_command(const Options& options);
int try_command(const Options& options, Interrupt& interrupt);
int serve_command(const Options& options);
int xray_command(const Options& options, Interrupt& interrupt);
int init_command(const Options& options);
int up_command(const Options& options, Interrupt& interrupt);
int proxy_command(const ProxyOptions& options, Interrupt& interrupt);
int proxies_command(const ProxyQuestion& question);
int toxic_command(const ProxyQuestion& question);
int fault_command(const ProxyQuestion& question);
int cut_command(const ProxyQuestion& question);
int forward_command(const ProxyQuestion& question);
int journal_command(const ProxyQuestion& question);

// What several of them share: the scenarios that were asked for, all read before anything starts. A
// mistake in any of them is printed, and there is nothing.
struct Job {
  model::Scenario scenario;
  std::string file;
  std::optional<model::Matrix> matrix;  // then `scenario` is what its cells are made from
  std::optional<model::Tune> tune;
};
// Warnings are for who validates; a run says itself what it could not judge.
enum class Warnings : bool { hidden, shown };
std::optional<std::vector<Job>> read_jobs(const Options& options, bool with_variants,
                                          Warnings warnings = Warnings::hidden);

// Whether a run of this version carries out all that they say; prints what it does not.
bool can_run(const std::vector<Job>& jobs);

// Where the files of what takes many runs go: --out, else a folder named after the scenario, its
// variant and `what`. Nothing, and a message, where they cannot: a mistake of the user.
std::optional<reports::Folder> folder_of_many(const Job& job, const std::string& out,
                                              const std::string& what);
// The same of what comes of no one scenario: --out, which is not empty.
std::optional<reports::Folder> folder_of_many(const std::string& out);

// The shop, or the links of services of the user's own.
runtime::Target make_target(const model::Scenario& scenario);

// What the world of a scenario is made from, but for its faults. `target` outlives it, and `dir` is
// a private folder, into which what processes must know is written. The error is one of the
// environment.
base::expected<runtime::WorldSetup, base::Diagnostic> world_setup(const model::Scenario& scenario,
                                                                  const runtime::Target& target,
                                                                  const std::string& dir);

// What a run leaves to be held against its recording.
struct Ran {
  reports::Trace trace;
  std::string journal;  // journal.jsonl
  std::string ledger;   // ledger.jsonl
  record::Verdict verdict;
};

// Runs them one after the other and prints each verdict; the worst exit status. `last`, where it is
// not null, becomes the last of them that came to a verdict.
int run_jobs(const std::vector<Job>& jobs, const Options& options, Interrupt& interrupt,
             std::optional<Ran>* last = nullptr);

// Whether --fail-on names this class of findings.
bool counts(const Options& options, std::string_view name);

// The exit status of a verdict as --fail-on has it: findings of classes that it does not name do
// not count. What is no verdict (2, 6, 70, 130, 143) cannot be switched off.
int judged_status(const record::Verdict& verdict, const Options& options);

// Whether the output is for a terminal that wants colours.
bool wants_color(const Options& options);

// "invariant,slo" as the classes of --fail-on; false where one is none.
bool parse_classes(const std::string& text, std::vector<std::string>& classes);

void print(const base::Diagnostics& problems);

}  // namespace seawall::cli
