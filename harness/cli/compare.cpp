// seawall compare: two runs, or two sets of runs, that are over. A is what was, B is what is new.
#include <filesystem>

#include "harness/base/text.hpp"
#include "harness/cli/baselines.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/comparing.hpp"
#include "harness/cli/exit_status.hpp"
#include "reports/recorded_side.hpp"

namespace seawall::cli {
namespace {

struct Paths {
  std::vector<std::string> a, b;
};

base::expected<Paths, std::string> paths_of(const CompareOptions& options) {
  Paths paths{options.a, options.b};
  if (!options.paths.empty() && !(options.a.empty() && options.b.empty()))
    return base::unexpected<std::string>(
        "compare: A and B by --a and --b, or as two words, and not both");
  if (!options.paths.empty()) paths.a = {options.paths.front()};
  if (options.paths.size() > 1) paths.b = {options.paths[1]};
  if (paths.a.empty())
    return base::unexpected<std::string>(
        "compare: nothing to compare with; name a run or a baseline, as in `seawall compare main` "
        "or `seawall compare out/before out/after`");
  if (paths.b.empty()) paths.b = {"out/latest"};
  return paths;
}

// A path that is there, or a baseline of this name; empty: neither.
std::string place_of(const std::string& word) {
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored)) return word;
  return find_baseline(usual_baselines, word);
}

}  // namespace

int compare_command(const CompareOptions& options) {
  const auto comparing = read_comparing(options.how);
  if (!comparing) return usage_mistake(comparing.error());
  const auto unit = base::parse_duration(options.unit);
  if (!unit || *unit == base::Duration(0))
    return usage_mistake("--unit " + options.unit + ": expected a time, such as 1us");
  auto paths = paths_of(options);
  if (!paths) return usage_mistake(paths.error());
  for (std::string& path : paths->a) {
    const std::string place = place_of(path);
    if (place.empty()) return missing_baseline(path, options.allow_missing_baseline);
    path = place;
  }
  const auto a = reports::read_side(paths->a, *unit);
  const auto b = reports::read_side(paths->b, *unit);
  if (!a) print(a.error());
  if (!b) print(b.error());
  if (!a || !b) return usage;
  Comparing forced = *comparing;
  forced.rules.force = options.force;
  return compare_and_deliver(*a, *b, forced, options.how);
}

}  // namespace seawall::cli
