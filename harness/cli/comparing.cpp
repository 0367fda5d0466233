#include "harness/cli/comparing.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/github.hpp"
#include "reports/comparison_report.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/comparison_page.hpp"

namespace seawall::cli {
namespace {

using Verdict = compare::Comparison::Verdict;

// Metrics that decide somewhere.
const std::vector<std::string> tolerable = {"p50", "p90", "p99", "errors", "goodput"};

std::string read_tolerance(std::string_view part, compare::Rules& rules) {
  const std::size_t at = part.find('=');
  const std::string name(base::trim(part.substr(0, at)));
  if (at == part.npos)
    return fmt::format("--tolerance {}: expected METRIC=SHARE, as in p99=10%", part);
  if (std::ranges::find(tolerable, name) == tolerable.end()) {
    const auto near = base::nearest(name, tolerable);
    return fmt::format("--tolerance {}: no metric that decides; expected one of {}{}", name,
                       base::join(tolerable, ", "), near ? "; did you mean " + *near + "?" : "");
  }
  const auto share = base::parse_share(base::trim(part.substr(at + 1)));
  if (!share) return fmt::format("--tolerance {}: {}", name, share.error());
  const compare::Metric metric = *compare::metric_named(name);
  rules.wall.by[metric] = rules.exact.by[metric] = *share;
  return "";
}

std::string_view class_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "";
    case Verdict::invariant_broken:
      return "invariant";
    case Verdict::regression:
      return "regression";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

// By what is no comparison. One that is there stays, and the new one gets a number.
bool is_taken(const std::string& place) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(place, error)) return false;
  if (!fs::is_directory(place, error)) return true;
  return !fs::is_empty(place, error) && !fs::exists(fs::path(place) / "compare.json", error);
}

}  // namespace

int usage_mistake(const std::string& sentence) {
  std::fprintf(stderr, "seawall: %s\n", reports::printable(sentence).c_str());
  return usage;
}

base::expected<Comparing, std::string> read_comparing(const ComparingOptions& options) {
  Comparing comparing;
  comparing.fail_on = {"invariant", "slo", "regression"};
  if (options.fail_on && !parse_classes(*options.fail_on, comparing.fail_on))
    return base::unexpected("--fail-on " + *options.fail_on +
                            ": expected some of invariant,slo,regression,inconclusive");
  if (!options.tolerances) return comparing;
  for (const std::string_view part : base::split(*options.tolerances, ',')) {
    const std::string mistake = read_tolerance(part, comparing.rules);
    if (!mistake.empty()) return base::unexpected(mistake);
  }
  return comparing;
}

int exit_of(Verdict verdict, const std::vector<std::string>& fail_on) {
  if (std::ranges::find(fail_on, class_of(verdict)) == fail_on.end()) return passed;
  if (verdict == Verdict::invariant_broken) return invariant_broken;
  return verdict == Verdict::regression ? regression : inconclusive;
}

void tell_comparison(const compare::Comparison& comparison, int exit,
                     const ComparingOptions& options) {
  const std::string told = options.json ? reports::comparison_json(comparison, exit)
                                        : reports::comparison_text(comparison, exit);
  std::fputs(told.c_str(), stdout);
  if (is_on_github(options.ci))
    append_to_step_summary(reports::comparison_markdown(comparison, exit));
}

std::vector<reports::File> comparison_files(const std::string& name,
                                            const compare::Comparison& comparison,
                                            const compare::Side& a, const compare::Side& b,
                                            int exit) {
  return {{name + ".json", reports::comparison_json(comparison, exit)},
          {name + ".md", reports::comparison_markdown(comparison, exit)},
          {name + ".html", reports::comparison_html(comparison, a, b, exit)}};
}

int compare_and_deliver(const compare::Side& a, const compare::Side& b, const Comparing& comparing,
                        const ComparingOptions& options) {
  if (!options.out.empty() && is_taken(options.out)) {
    base::Diagnostic problem;
    problem.file = options.out;
    problem.message = "it is there already and holds no comparison; expected a place for one";
    problem.hint = "name a folder that does not exist yet with --out";
    print({problem});
    return usage;
  }
  const auto comparison = compare::compare(a, b, comparing.rules);
  if (!comparison) {
    print({comparison.error()});
    return usage;
  }
  int exit = exit_of(comparison->verdict, comparing.fail_on);
  if (!options.out.empty()) {
    reports::Folder folder;
    folder.path = options.out;
    folder.numbered = true;
    const auto written =
        reports::write_files(comparison_files("compare", *comparison, a, b, exit), folder);
    if (written) {
      std::fprintf(stderr, "files: %s\n", reports::printable(*written).c_str());
    } else {
      print({written.error()});
      exit = check::worse_exit(exit, environment);
    }
  }
  tell_comparison(*comparison, exit, options);
  return exit;
}

int missing_baseline(const std::string& given, bool is_allowed) {
  const std::string name = reports::printable(given);
  std::fprintf(stderr,
               "seawall: there is no run and no baseline \"%s\" to compare with; save one with "
               "`seawall baseline save %s`%s\n",
               name.c_str(), name.c_str(),
               is_allowed ? "; nothing is compared, as --allow-missing-baseline has it" : "");
  return is_allowed ? passed : inconclusive;
}

}  // namespace seawall::cli
