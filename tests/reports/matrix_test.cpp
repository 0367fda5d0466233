// The table of a matrix: medians, counts, and what was never exercised.
#include <limits>

#include "reports/matrix_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using namespace seawall::reports;
using seawall::has;

namespace {

MatrixCell cell(const std::string& ablation, std::uint64_t seed, double availability) {
  MatrixCell cell;
  cell.ablation = ablation;
  cell.point = "slow";
  cell.seed = seed;
  cell.mode = "sim";
  cell.availability = availability;
  cell.p99 = 0.25;
  cell.recovery = 2.0;
  cell.amplification = 1.5;
  cell.acted = {{"retry", 10 * static_cast<std::int64_t>(seed)}, {"bulkhead", 0}};
  return cell;
}

MatrixReport example() {
  MatrixReport report;
  report.scenario = "shop/example";
  report.on = "order -> payment";
  report.points = {"slow"};
  report.ablations = {"full", "retry", "bulkhead"};
  report.planned = 9;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    report.cells.push_back(cell("full", seed, 0.99));
    report.cells.push_back(cell("retry", seed, seed == 2 ? 0.5 : 0.9));
    report.cells.push_back(cell("bulkhead", seed, 0.99));
  }
  MatrixCell& worst = report.cells[4];
  worst.recovery = std::numeric_limits<double>::infinity();
  worst.exit = 1;
  worst.broken = {"charges"};
  report.expectations = {{"retry", "charges", 1, 3}, {"bulkhead", "few errors", 0, 3}};
  return report;
}

}  // namespace

TEST_CASE("the table of a matrix shows medians beside counted verdicts") {
  CHECK(matrix_text(example()) ==
        R"(shop/example: what each pattern of order -> payment buys
9 cells: 3 policies at 1 points, 3 seeds

slow                available     p99  recovers  attempts/call          acted  verdict
  full                99.00 %  250 ms    2.00 s           1.50              -  pass 3 of 3
  without retry       90.00 %  250 ms    2.00 s           1.50             20  FAIL 1 of 3: charges
  without bulkhead    99.00 %  250 ms    2.00 s           1.50  NOT EXERCISED  pass 3 of 3

ok            charges without retry: broken in 1 of 3 cells
INCONCLUSIVE  few errors without bulkhead: broken in 0 of 3 cells)"
        " (expected in one at least: the check is blind, or this is not what saves the run)\n");
}

TEST_CASE("a median of an even number is the worse of the two, and one that was measured") {
  MatrixReport report = example();
  report.cells.resize(6);  // seeds 1 and 2
  const std::string text = matrix_text(report);
  CHECK(has(text, "50.00 %"));
  CHECK(has(text, "never"));
  CHECK(has(text, "6 ran before it was broken off"));
}

TEST_CASE("a cell that could not be run or judged is no pass") {
  MatrixReport report = example();
  report.cells[0].error = "no port";
  report.cells[2].exit = 5;
  report.cells[2].inconclusive = {"load"};
  const std::string text = matrix_text(report);
  CHECK(has(text, "ERROR 1 of 3: no port"));
  CHECK(has(text, "INCONCLUSIVE 1 of 3: load"));
}

TEST_CASE("a matrix in Markdown and JSON says the same") {
  const std::string page = matrix_markdown(example());
  CHECK(has(page, "| without retry | 90.00 % | 250 ms | 2.00 s | 1.50 | 20 | FAIL 1 of 3"));
  CHECK(has(page, "- **INCONCLUSIVE** few errors without bulkhead"));
  const std::string json = matrix_json(example());
  CHECK(has(json, R"("recovery_s": "never")"));
  CHECK(has(json, R"("broken_in": 1)"));
  CHECK(has(json, R"("availability": 5E-1)"));
}
