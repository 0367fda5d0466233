#include "reports/html/comparison_page.hpp"

#include "support/catch.hpp"
#include "tests/compare/made_runs.hpp"
#include "tests/support/has.hpp"

namespace seawall::reports {
namespace {

using tests::Made;
using tests::made_run;

std::string page_of(const compare::Side& a, const compare::Side& b) {
  return comparison_html(*compare::compare(a, b, {}), a, b, 0);
}

TEST_CASE("the page of a comparison has the verdict, both plots and the table") {
  Made slower;
  slower.thousandths = 1'100;
  const std::string page = page_of({"before", {made_run()}}, {"after", {made_run(slower)}});
  CHECK(has(page, "REGRESSION"));
  CHECK(has(page, "A is before (1 run)"));
  CHECK(has(page, "id=\"changes\""));
  CHECK(has(page, "id=\"percentiles\""));
  CHECK(has(page, "all requests"));
  CHECK(has(page, "p99.9"));
  CHECK(page == page_of({"before", {made_run()}}, {"after", {made_run(slower)}}));
}

TEST_CASE("names of others stay text on the page of a comparison") {
  compare::Run run = made_run();
  run.scenario = "<script>alert(1)</script>";
  const std::string page = page_of({"\"><img src=x>", {run}}, {"b", {run}});
  CHECK_FALSE(has(page, "<script>alert"));
  CHECK_FALSE(has(page, "<img"));
}

TEST_CASE("a comparison without runs is a page without plots") {
  compare::Comparison none;
  none.reason = "Pair 1: A was disturbed 3 times.";
  const std::string page = comparison_html(none, {}, {}, 5);
  CHECK(has(page, "INCONCLUSIVE"));
  CHECK(has(page, "disturbed 3 times"));
  CHECK_FALSE(has(page, "id=\"percentiles\""));
}

}  // namespace
}  // namespace seawall::reports
