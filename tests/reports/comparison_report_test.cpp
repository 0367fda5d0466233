// Comparisons as a reader sees them, against files in golden/; SEAWALL_UPDATE_GOLDEN=1 writes them.
#include "reports/comparison_report.hpp"

#include "golden.hpp"
#include "support/catch.hpp"
#include "tests/compare/made_runs.hpp"

namespace seawall::reports {
namespace {

using tests::Made;
using tests::made_run;
using tests::made_side;

compare::Comparison exact_example() {
  Made slower;
  slower.thousandths = 1'010;
  slower.errors = 12;
  compare::Side a{"baseline main", {made_run()}}, b{"out/latest", {made_run(slower)}};
  a.runs[0].missed = {"recovers | soon"};
  b.runs[0].missed = {"few <errors>"};
  return *compare::compare(a, b, {});
}

compare::Comparison paired_example() {
  std::vector<std::int64_t> before(14, 1'000), after;
  for (std::int64_t i = 0; i < 14; ++i) after.push_back(1'150 + 7 * i);
  compare::Side a = made_side("before", before, false), b = made_side("after", after, false);
  return *compare::compare(a, b, {});
}

TEST_CASE("an exact comparison looks as it did") {
  check_golden("compare-exact.txt", comparison_text(exact_example(), 4));
  check_golden("compare-exact.md", comparison_markdown(exact_example(), 4));
  check_golden("compare-exact.json", comparison_json(exact_example(), 4));
}

TEST_CASE("a comparison of pairs looks as it did") {
  check_golden("compare-pairs.txt", comparison_text(paired_example(), 4));
  check_golden("compare-pairs.md", comparison_markdown(paired_example(), 4));
  check_golden("compare-pairs.json", comparison_json(paired_example(), 4));
}

TEST_CASE("names of others become neither markup nor what a terminal obeys") {
  compare::Side a{"a\x1b[31m|x", {made_run()}}, b{"<b>", {made_run()}};
  const compare::Comparison comparison = *compare::compare(a, b, {});
  CHECK(comparison_text(comparison, 0).find('\x1b') == std::string::npos);
  CHECK(comparison_markdown(comparison, 0).find("<b>") == std::string::npos);
  CHECK(comparison_markdown(comparison, 0).find("[31m|x") == std::string::npos);
}

}  // namespace
}  // namespace seawall::reports
