// seawall replay: the resolved scenario of a recorded run, once more. In virtual time the trace has
// to be the same, byte for byte.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>

#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "reports/run_reader.hpp"

namespace seawall::cli {
namespace {

// The trace hash of the run in `folder`.
base::expected<std::string, base::Diagnostic> recorded_trace_hash(const std::string& folder) {
  const std::string file = folder + "/run.json";
  base::Diagnostic problem;
  problem.file = file;
  problem.hint = reports::where_runs_are;
  std::ifstream in(file);
  if (!in) {
    problem.message = "cannot be read; expected the run.json of a recorded run";
    return base::unexpected(std::move(problem));
  }
  std::ostringstream text;
  text << in.rdbuf();
  boost::system::error_code error;
  const boost::json::value run = boost::json::parse(text.str(), error);
  const auto* hash =
      !error && run.is_object() ? run.get_object().if_contains("trace_hash") : nullptr;
  if (hash && hash->is_string()) return std::string(hash->get_string().c_str());
  problem.message = "is no run.json: it has no trace_hash";
  return base::unexpected(std::move(problem));
}

}  // namespace

int replay_command(const Options& options, Interrupt& interrupt) {
  const std::string folder = options.run_folder.empty() ? "out/latest" : options.run_folder;
  const auto recorded = recorded_trace_hash(folder);
  if (!recorded) {
    print({recorded.error()});
    return usage;
  }
  Options again = options;
  again.scenarios = {folder + "/scenario.toml"};
  const auto jobs = read_jobs(again, false);
  if (!jobs || !can_run(*jobs)) return usage;
  std::string trace_hash;
  const int status = run_jobs(*jobs, again, interrupt, &trace_hash);
  if (jobs->front().scenario.target.mode != model::Mode::sim) return status;
  if (trace_hash == *recorded) {
    std::fprintf(stderr, "the trace is the same as the recorded one\n");
    return status;
  }
  std::fprintf(
      stderr,
      "seawall: the trace differs from the recorded one (%s, recorded %s): another version "
      "of seawall, or the scenario was edited\n",
      trace_hash.substr(0, 12).c_str(), recorded->substr(0, 12).c_str());
  if (status == skip_this_commit) return status;
  return as_bisect_has_it(check::worse_exit(status, inconclusive), options);
}

}  // namespace seawall::cli
