#include "reports/charts/state_chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

constexpr Px row_height = px(24);
constexpr std::size_t longest_name = 20;  // in the margin of a plot

void draw_state(Svg& svg, const TimePlot& plot, const State& state, const StateRow& row, Px y) {
  const Px from = plot.x_of(state.from);
  const Px width = std::max(plot.x_of(state.to) - from, px(1));
  svg.rect(fmt::format("st {}", state.style), {from, y, width, px(18)},
           fmt::format("{}: {} from {} to {}", row.name, state.name, duration_label(state.from),
                       duration_label(state.to)));
  if (width_of(state.name) + px(10) < width)
    svg.text(fmt::format("sn {}", state.style), {from + px(5), y + px(13)}, Anchor::start,
             state.name);
}

}  // namespace

std::string svg_of(const StateChart& chart) {
  const Px height = row_height * static_cast<std::int64_t>(chart.rows.size());
  const TimePlot plot(chart.time, chart.bands, height);
  Svg svg(chart_width, plot.drawing_height(), chart.label);
  plot.draw_bands(svg);
  plot.draw_times(svg);
  Px y = plot.area().y + px(3);
  for (const StateRow& row : chart.rows) {
    svg.text("a", {plot.area().x - px(8), y + px(13)}, Anchor::end,
             shortened(row.name, longest_name));
    for (const State& state : row.states)
      if (state.from < chart.time.to && state.to > chart.time.from)
        draw_state(svg, plot, state, row, y);
    y = y + row_height;
  }
  return std::move(svg).finish();
}

}  // namespace seawall::charts
