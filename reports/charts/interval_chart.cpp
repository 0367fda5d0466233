#include "reports/charts/interval_chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"
#include "reports/charts/plot.hpp"

namespace seawall::charts {
namespace {

constexpr Px left = px(150);
constexpr Px right = px(250);  // room for what the interval says
constexpr Px row_height = px(24);
constexpr Px below = px(24);

Scale scale_of(const IntervalChart& chart) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  for (const Interval& row : chart.rows) {
    low = std::min({low, row.low, row.tolerance.value_or(0)});
    high = std::max({high, row.high, row.tolerance.value_or(0)});
  }
  return Scale::linear(low, high, 7);
}

std::string words_of(const Interval& row) {
  return fmt::format("{} [{}, {}]", label_of(Quantity::percent, row.estimate),
                     label_of(Quantity::percent, row.low), label_of(Quantity::percent, row.high));
}

}  // namespace

std::string svg_of(const IntervalChart& chart) {
  const Scale scale = scale_of(chart);
  const Box area{left, px(6), chart_width - left - right,
                 row_height * static_cast<std::int64_t>(chart.rows.size())};
  const auto x_of = [&](std::int64_t change) {
    return area.x + Px{scale.at(change, area.width.tenths)};
  };
  Svg svg(chart_width, area.y + area.height + below, chart.label);
  for (const std::int64_t tick : scale.ticks()) {
    const Px x = x_of(tick);
    svg.line(tick == 0 ? "g zero" : "g", {x, area.y}, {x, area.y + area.height});
    svg.text("a", {x, area.y + area.height + px(16)}, Anchor::middle,
             label_of(Quantity::percent, tick));
  }
  Px y = area.y + row_height / 2;
  for (const Interval& row : chart.rows) {
    svg.text("a", {area.x - px(8), y + px(4)}, Anchor::end, shortened(row.name, 20));
    if (row.tolerance) {
      const Px x = x_of(*row.tolerance);
      svg.line("lv", {x, y - row_height / 2}, {x, y + row_height / 2},
               "tolerance " + label_of(Quantity::percent, *row.tolerance));
    }
    svg.line(fmt::format("iv {}", row.style), {x_of(row.low), y}, {x_of(row.high), y},
             words_of(row));
    svg.circle(fmt::format("f {}", row.style), {x_of(row.estimate), y}, px(5), words_of(row));
    svg.text("a", {area.x + area.width + px(12), y + px(4)}, Anchor::start, words_of(row));
    y = y + row_height;
  }
  return std::move(svg).finish();
}

}  // namespace seawall::charts
