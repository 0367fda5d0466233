// Latency by percentile: the whole of a distribution, its tail drawn out. One series, or two that
// are compared.
#pragma once
#include <string>
#include <vector>

#include "reports/charts/plot.hpp"

namespace seawall::charts {

struct PercentilePoint {
  base::Share share;  // of the requests that were answered within ...
  base::Duration latency{};
};

struct PercentileSeries {
  std::string name;
  int colour = 0;
  bool dashed = false;
  std::vector<PercentilePoint> points;  // by share
};

struct PercentileChart {
  std::string label;
  std::vector<PercentileSeries> series;
  Px height = px(200);
};

// Where a series has its points: dense enough for a smooth line, up to what so many requests can
// tell, which is 1 - 1 / `count`.
std::vector<base::Share> percentile_shares(std::int64_t count);

std::string svg_of(const PercentileChart& chart);
std::string legend_of(const std::vector<PercentileSeries>& series);

}  // namespace seawall::charts
