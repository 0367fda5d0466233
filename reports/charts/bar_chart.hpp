// Bars over time, stacked: how many of each kind there were in each step.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "reports/charts/plot.hpp"

namespace seawall::charts {

struct Bars {
  std::string name;
  std::string_view style;            // a class of the style sheet: "good", "bad", "warn", "c0" ...
  std::vector<std::int64_t> values;  // for each step, at least 0
};

struct BarChart {
  std::string label;
  TimeAxis time;
  Quantity quantity = Quantity::count;
  std::vector<Bars> stacks;  // the first at the bottom
  std::vector<Band> bands;
  Px height = px(110);
};

std::string svg_of(const BarChart& chart);
std::string legend_of(const std::vector<Bars>& stacks);

}  // namespace seawall::charts
