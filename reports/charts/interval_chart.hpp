// How much each quantile changed, with its confidence interval, and the tolerance beyond which a
// change counts.
//
//   p50             |  -●-         +12.1 % [+10.8, +13.4]
//   p99     ----●---|---           +3.6 % [-6.0, +13.0]
//                 tolerance
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/charts/scale.hpp"

namespace seawall::charts {

// Changes in hundredths of a percent: 1,210 is +12.1 %.
struct Interval {
  std::string name;
  std::int64_t low = 0;
  std::int64_t estimate = 0;
  std::int64_t high = 0;
  std::optional<std::int64_t> tolerance;
  std::string_view style;  // of the verdict: "good", "bad", "warn", "plain"
};

struct IntervalChart {
  std::string label;
  std::vector<Interval> rows;
};

std::string svg_of(const IntervalChart& chart);

}  // namespace seawall::charts
