// seawall baseline: runs that are kept under a name, and what is compared with them.
#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/baselines.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/comparing.hpp"
#include "harness/cli/exit_status.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"
#include "reports/recorded_side.hpp"

namespace seawall::cli {
namespace {

constexpr base::Duration nanosecond{1};

std::vector<std::string> runs_of(const BaselineOptions& options) {
  return options.runs.empty() ? std::vector<std::string>{"out/latest"} : options.runs;
}

// Empty where the run proves what it says.
std::string why_inconclusive(const compare::Run& run) {
  if (!run.load_held) return "its load was not held";
  return run.doubts.empty() ? "" : "it is inconclusive: " + run.doubts.front();
}

// What of these runs could never be compared with a later one.
base::Diagnostics unfit(const compare::Side& side) {
  base::Diagnostics problems;
  const compare::Run& first = side.runs.front();
  for (const compare::Run& run : side.runs) {
    std::string message;
    if (run.is_log) message = "a log alone; expected the folder of a run";
    if (!run.is_whole && !run.is_log) message = "the run was broken off or came to no verdict";
    if (message.empty() && run.comparison_hash != first.comparison_hash)
      message = fmt::format("it measured something else than {}", first.where);
    if (message.empty()) message = why_inconclusive(run);
    if (!message.empty())
      problems.push_back({run.where, 0, 0, message,
                          "a baseline is whole runs of one scenario that prove what they say"});
  }
  return problems;
}

// One line of the list; runs empty where they cannot be read, and then why.
struct Entry {
  std::string name;
  std::vector<compare::Run> runs;
  std::string trouble;
};

Entry entry_of(const BaselineOptions& options, const std::string& name) {
  Entry entry{name, {}, ""};
  auto side = reports::read_side({find_baseline(options.folder, name)}, nanosecond);
  if (side)
    entry.runs = std::move(side->runs);
  else
    entry.trouble = side.error().front().file + ": " + side.error().front().message;
  return entry;
}

void print_line(const Entry& entry) {
  if (!entry.trouble.empty()) {
    std::printf("%s  cannot be read: %s\n", reports::printable(entry.name).c_str(),
                reports::printable(entry.trouble).c_str());
    return;
  }
  const compare::Run& run = entry.runs.front();
  std::printf("%s  %s, %s, seed %llu, %zu %s, comparison %s, %s\n",
              reports::printable(entry.name).c_str(), reports::printable(run.scenario).c_str(),
              run.world.c_str(), static_cast<unsigned long long>(run.seed), entry.runs.size(),
              entry.runs.size() == 1 ? "run" : "runs",
              reports::printable(run.comparison_hash).c_str(),
              reports::printable(run.machine).c_str());
}

boost::json::object json_of(const Entry& entry) {
  boost::json::object object;
  object["name"] = reports::text(entry.name);
  object["runs"] = entry.runs.size();
  object["trouble"] = reports::text(entry.trouble);
  if (entry.runs.empty()) return object;
  const compare::Run& run = entry.runs.front();
  object["scenario"] = reports::text(run.scenario);
  object["mode"] = reports::text(run.world);
  object["seed"] = run.seed;
  object["comparison_hash"] = reports::text(run.comparison_hash);
  object["machine"] = reports::text(run.machine);
  return object;
}

}  // namespace

int baseline_save(const BaselineOptions& options) {
  if (!is_baseline_name(options.name))
    return usage_mistake("baseline \"" + options.name +
                         "\": expected a name of letters, digits, '.', '_' and '-', with neither "
                         "'.' nor '-' in front");
  if (!options.force && !find_baseline(options.folder, options.name).empty())
    return usage_mistake("there is a baseline \"" + options.name +
                         "\" already; --force puts these runs in its place");
  const auto side = reports::read_side(runs_of(options), nanosecond);
  const base::Diagnostics problems = side ? unfit(*side) : side.error();
  print(problems);
  if (!problems.empty()) return usage;
  std::vector<std::string> folders;
  for (const compare::Run& run : side->runs) {
    folders.push_back(run.where);
    if (!run.broken.empty() || !run.missed.empty())
      std::fprintf(stderr, "seawall: note: %s broke or missed what it was judged by\n",
                   run.where.c_str());
  }
  const auto kept = keep_baseline(options.folder, options.name, folders);
  if (!kept) {
    print({kept.error()});
    return environment;
  }
  std::printf("saved %s: %zu %s of %s\n", reports::printable(*kept).c_str(), folders.size(),
              folders.size() == 1 ? "run" : "runs",
              reports::printable(side->runs.front().scenario).c_str());
  return passed;
}

int baseline_list(const BaselineOptions& options) {
  boost::json::array all;
  const std::vector<std::string> names = baseline_names(options.folder);
  if (names.empty())
    std::fprintf(stderr, "seawall: no baselines in %s; `seawall baseline save NAME` keeps one\n",
                 options.folder.c_str());
  for (const std::string& name : names) {
    const Entry entry = entry_of(options, name);
    if (options.how.json)
      all.push_back(json_of(entry));
    else
      print_line(entry);
  }
  if (options.how.json) std::fputs(reports::indented_json(all).c_str(), stdout);
  return passed;
}

int baseline_check(const BaselineOptions& options) {
  auto comparing = read_comparing(options.how);
  if (!comparing) return usage_mistake(comparing.error());
  comparing->rules.force = options.force;
  const std::string place = find_baseline(options.folder, options.name);
  if (place.empty()) return missing_baseline(options.name, options.allow_missing_baseline);
  auto a = reports::read_side({place}, nanosecond);
  const auto b = reports::read_side(runs_of(options), nanosecond);
  if (!a) print(a.error());
  if (!b) print(b.error());
  if (!a || !b) return usage;
  a->name = "baseline " + options.name;
  return compare_and_deliver(*a, *b, *comparing, options.how);
}

}  // namespace seawall::cli
