#include "tests/compare/made_runs.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::tests {

compare::Run made_run(const Made& made) {
  compare::Run run;
  run.where = "out/run";
  run.scenario = "shop/made";
  run.is_virtual = made.is_virtual;
  run.world = made.is_virtual ? "sim" : "inprocess";
  run.seed = made.seed;
  run.comparison_hash = "00c0ffee";
  run.machine = "2 cores";
  const std::int64_t of_each = made.requests / 2;
  for (const char* name : {"order", "read"}) {
    compare::RequestFigures& figures = run.figures.requests[name];
    figures.sent = of_each;
    figures.expected = of_each - made.errors / 2;
    for (std::int64_t i = 0; i < of_each; ++i)
      figures.latency.record(
          base::Duration((1'000'000 + 1'000'000 * i / of_each) * made.thousandths / 1'000));
  }
  return run;
}

compare::Side made_side(const std::string& name, const std::vector<std::int64_t>& thousandths,
                        bool is_virtual) {
  compare::Side side;
  side.name = name;
  std::uint64_t seed = 42;
  for (const std::int64_t factor : thousandths) {
    Made made;
    made.thousandths = factor;
    made.seed = seed++;
    made.is_virtual = is_virtual;
    if (!is_virtual) made.errors = 0;  // so few requests could not tell how often they fail
    side.runs.push_back(made_run(made));
  }
  return side;
}

const compare::Row& row(const compare::Comparison& comparison, compare::Metric metric,
                        std::string_view request) {
  const auto found = std::ranges::find_if(comparison.rows, [&](const compare::Row& each) {
    return each.metric == metric && each.request == request;
  });
  base::require(found != comparison.rows.end(), "the comparison has a row of this metric");
  return *found;
}

}  // namespace seawall::tests
