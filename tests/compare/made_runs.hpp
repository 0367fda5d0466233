// Runs for tests of comparisons, made up from a few numbers.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/comparison.hpp"

namespace seawall::tests {

struct Made {
  std::int64_t requests = 2'000;
  std::int64_t errors = 4;
  // Latencies are 1 to 2 ms, evenly, times this many thousandths.
  std::int64_t thousandths = 1'000;
  std::uint64_t seed = 42;
  bool is_virtual = true;
};

// Of two request names, "order" and "read", half of the requests each.
compare::Run made_run(const Made& made = {});
// One run for each factor, with seeds from 42 on.
compare::Side made_side(const std::string& name, const std::vector<std::int64_t>& thousandths,
                        bool is_virtual);

const compare::Row& row(const compare::Comparison& comparison, compare::Metric metric,
                        std::string_view request = "");

}  // namespace seawall::tests
