// seawall explore --fuzz: many orders at a time under random faults, run after run, alone or as one
// shard of several; and seawall explore merge, which joins what the shards have found.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explore_found.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/words.hpp"
#include "harness/swarm/fuzz.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t orders_by_default = 20;
constexpr base::Duration time_by_default = 60s;
constexpr std::int64_t most_shards = 10'000;

struct Shard {
  std::int64_t number = 1;
  std::int64_t of = 1;
};

// "2/4"; empty: all of it.
std::optional<Shard> parse_shard(std::string_view text) {
  Shard shard;
  if (text.empty()) return shard;
  const char* const end = text.data() + text.size();
  const auto [slash, no_number] = std::from_chars(text.data(), end, shard.number);
  if (no_number == std::errc() && slash != end && *slash == '/') {
    const auto [rest, no_count] = std::from_chars(slash + 1, end, shard.of);
    if (no_count == std::errc() && rest == end && shard.number >= 1 && shard.number <= shard.of &&
        shard.of <= most_shards)
      return shard;
  }
  std::fprintf(stderr,
               "seawall: --shard %s: expected a number and of how many, \"2/4\", 10000 at most\n",
               std::string(text).c_str());
  return std::nullopt;
}

FoundRun found_run(const swarm::Found& found) {
  FoundRun run;
  run.scenario = found.scenario;
  run.broken = found.broken.front();
  run.told = {
      found.plan, found.minimal, found.culprit,
      fmt::format("with {} of {} other seeds it breaks too", found.other_broken, found.other_seeds),
      found.hint, found.story};
  run.is_robust = found.is_robust();
  return run;
}

Summary summary_of(const swarm::Result& result) {
  return {swarm::result_json(result), swarm::result_text(result)};
}

// Writes all files, and prints the result; the exit status. `interrupt`: whose findings are tried
// over sockets, too; nullptr: nobody asked for that.
int told(swarm::Result& result, const reports::Folder& folder, const Options& options,
         Interrupt* interrupt) {
  std::vector<FoundRun> found;
  for (const swarm::Found& one : result.findings) found.push_back(found_run(one));
  std::string path;
  bool is_kept = keep_all(summary_of(result), found, folder, path);
  if (!options.json) std::fputs(swarm::result_text(result).c_str(), stdout);
  std::fflush(stdout);
  if (interrupt && !found.empty()) {
    const auto confirmations = confirm_all(found, options, *interrupt);
    for (std::size_t i = 0; i < found.size(); ++i)
      result.findings[i].over_sockets = explore::to_text(confirmations[i]);
    is_kept = is_kept && rewrite_summary(summary_of(result), path);
  }
  if (options.json)
    std::fputs(swarm::result_json(result).c_str(), stdout);
  else
    print_files(path, is_kept, found, result.exit);
  return is_kept ? result.exit : check::worse_exit(result.exit, environment);
}

base::Diagnostic mistake(const std::string& file, std::string message, std::string hint = {}) {
  base::Diagnostic problem;
  problem.file = file;
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

base::expected<swarm::Result, base::Diagnostic> recorded(const std::string& folder) {
  const std::string file = folder + "/explore.json";
  std::ifstream in(file);
  const std::string hint =
      "name the folders that `seawall explore --fuzz --shard` wrote, its --out, with their "
      "explore.json as it was written";
  if (!in)
    return base::unexpected(mistake(file, "cannot be read; expected the result of a shard", hint));
  std::ostringstream text;
  text << in.rdbuf();
  auto result = swarm::parse_result(text.str(), SEAWALL_VERSION);
  if (!result) return base::unexpected(mistake(file, result.error(), hint));
  for (const swarm::Found& found : result->findings)
    if (!is_scenario(found.scenario))
      return base::unexpected(
          mistake(file, fmt::format("run {}: its scenario cannot be read; it was "
                                    "edited, or is of another version",
                                    found.run)));
  return std::move(*result);
}

}  // namespace

int explore_fuzz_command(const Job& job, const Budget& budget, const Options& options,
                         Interrupt& interrupt) {
  if (options.explore.depth) {
    print({mistake(job.file,
                   "--depth beside --fuzz, which draws how many faults a run has; "
                   "expected one of them")});
    return usage;
  }
  const auto shard = parse_shard(options.explore.shard);
  if (!shard) return usage;
  const auto folder = folder_of_many(job, options.out, "explore");
  if (!folder) return usage;
  const std::optional<base::Duration> time =
      budget.runs > 0 ? std::nullopt : std::optional(budget.time.value_or(time_by_default));
  const RunsShown progress(options.quiet);
  const std::size_t jobs =
      options.jobs > 0 ? static_cast<std::size_t>(options.jobs) : jobs_of_machine();
  swarm::Setup setup;
  setup.ground = {&job.scenario, &words(), make_target};
  setup.version = SEAWALL_VERSION;
  setup.orders = options.explore.orders_or(orders_by_default);
  setup.first = options.explore.first.value_or(1);
  setup.runs = budget.runs;
  setup.shard = shard->number;
  setup.shards = shard->of;
  setup.time = time_limit(time, interrupt);
  setup.in_parallel = [jobs](std::size_t count, const std::function<void(std::size_t)>& work) {
    in_parallel(count, jobs, work);
  };
  setup.ended = [&progress](std::int64_t runs) { progress.ended(runs); };

  interrupt.announce("stopping; what was found so far is told (again: stop at once)");
  if (!options.quiet)
    std::fprintf(stderr, "%s: fuzzed, %s in each run, seed %llu\n", job.scenario.meta.name.c_str(),
                 base::counted(setup.orders, "order").c_str(),
                 static_cast<unsigned long long>(job.scenario.run.seed));
  auto result = swarm::fuzz(setup);
  if (!result) {
    print({result.error()});
    return usage;
  }
  if (interrupt.count() > 0) {
    result->complete = false;
    result->exit = result->findings.empty() ? interrupt.exit_status() : invariant_broken;
  }
  return told(*result, *folder, options, options.explore.confirm ? &interrupt : nullptr);
}

int explore_merge_command(const Options& options) {
  std::vector<swarm::Result> parts;
  for (const std::string& folder : options.explore.shards) {
    auto part = recorded(folder);
    if (!part) {
      print({part.error()});
      return usage;
    }
    parts.push_back(std::move(*part));
  }
  const auto folder = folder_of_many(options.out);  // before what takes long, and could be lost
  if (!folder) return usage;
  auto whole = swarm::merge(std::move(parts));
  if (!whole) {
    print({mistake("", "these results do not belong together: " + whole.error(),
                   "merge the shards of one `seawall explore --fuzz`, each once")});
    return usage;
  }
  if (const std::string missing = swarm::missing_shards(*whole); !missing.empty())
    std::fprintf(stderr, "seawall: of %lld shards these are missing: %s\n",
                 static_cast<long long>(whole->shards), missing.c_str());
  return told(*whole, *folder, options, nullptr);
}

}  // namespace seawall::cli
