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

TEST_CASE("a terminal can print the JSON of a comparison, whatever names are in it") {
  compare::Comparison hostile = exact_example();
  hostile.scenario = "a\u009b2J\u202eb";
  CHECK(comparison_json(hostile, 0).find(R"("scenario": "a\u009b2J\u202eb")") != std::string::npos);
}

TEST_CASE("a comparison of pairs looks as it did") {
  check_golden("compare-pairs.txt", comparison_text(paired_example(), 4));
  check_golden("compare-pairs.md", comparison_markdown(paired_example(), 4));
  check_golden("compare-pairs.json", comparison_json(paired_example(), 4));
}

TEST_CASE("a request that one side does not have reads as none") {
  compare::Side a{"a", {made_run()}}, b{"b", {made_run()}};
  b.runs[0].figures.requests.erase("read");
  const compare::Comparison comparison = *compare::compare(a, b, {});
  const std::string text = comparison_text(comparison, 0);
  INFO(text);
  CHECK(text.find("none") != std::string::npos);
  CHECK(text.find("only in A") != std::string::npos);
  CHECK(text.find("-100.0 %") == std::string::npos);
  CHECK(comparison_json(comparison, 0).find("\"b\": null") != std::string::npos);
  CHECK(comparison_text(*compare::compare(b, a, {}), 0).find("only in B") != std::string::npos);
}

TEST_CASE("what both break and miss is told") {
  compare::Side a{"a", {made_run()}}, b{"b", {made_run()}};
  a.runs[0].broken = b.runs[0].broken = {"A1 no-double-charge"};
  a.runs[0].missed = b.runs[0].missed = {"few errors"};
  const std::string text = comparison_text(*compare::compare(a, b, {}), 0);
  CHECK(text.find("both break: A1 no-double-charge\n") != std::string::npos);
  CHECK(text.find("both miss: few errors\n") != std::string::npos);
}

TEST_CASE("names of others become neither markup nor what a terminal obeys") {
  compare::Side a{"a\x1b[31m|x", {made_run()}}, b{"<b>", {made_run()}};
  const compare::Comparison comparison = *compare::compare(a, b, {});
  CHECK(comparison_text(comparison, 0).find('\x1b') == std::string::npos);
  CHECK(comparison_markdown(comparison, 0).find("<b>") == std::string::npos);
  CHECK(comparison_markdown(comparison, 0).find("[31m|x") == std::string::npos);
  CHECK(comparison_markdown(comparison, 0).find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace seawall::reports
