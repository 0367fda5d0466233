// Lines over time, with the stretches in which faults acted and the bounds of service levels.
#pragma once
#include <string>
#include <vector>

#include "reports/charts/plot.hpp"

namespace seawall::charts {

// Looks of a line: one of the palette, 0 to 7, or what is told apart by more than its colour.
constexpr int palette_size = 8;

struct Line {
  std::string name;
  int colour = 0;
  bool dashed = false;
  std::vector<std::int64_t> values;  // for each step; no_value where there is none
};

struct TimeChart {
  std::string label;  // what it shows, for who cannot see it
  TimeAxis time;
  Quantity quantity = Quantity::count;
  bool logarithmic = false;  // values below 1 count as 1
  std::vector<Line> lines;
  std::vector<Band> bands;
  std::vector<Level> levels;
  Px height = px(200);
};

std::string svg_of(const TimeChart& chart);

// What the lines are: a list that stands above the drawing.
std::string legend_of(const std::vector<Line>& lines);

}  // namespace seawall::charts
