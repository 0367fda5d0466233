#include "reports/charts/time_chart.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

std::string style_of(const Line& line) {
  return fmt::format("l c{}{}", line.colour, line.dashed ? " d" : "");
}

Scale scale_of(const TimeChart& chart) {
  std::int64_t low = 0;
  std::int64_t high = 1;
  bool first = true;
  const auto include = [&](std::int64_t value) {
    low = first ? value : std::min(low, value);
    high = first ? value : std::max(high, value);
    first = false;
  };
  for (const Line& line : chart.lines)
    for (const std::int64_t value : line.values)
      if (value != no_value) include(value);
  for (const Level& level : chart.levels) include(level.value);
  if (chart.logarithmic)
    return Scale::logarithmic(std::max<std::int64_t>(low, 1), std::max<std::int64_t>(high, 1));
  return Scale::linear(0, std::max<std::int64_t>(high, 1), 5);
}

// For the script that shows values: "p50", the unit, and the numbers, empty where there is none.
// Latencies in microseconds: that is what a label shows of them.
std::string data_of(const Line& line, Quantity quantity) {
  std::string text = fmt::format(" data-n=\"{}\" data-u=\"{}\" data-v=\"", html_text(line.name),
                                 static_cast<int>(quantity));
  for (const std::int64_t value : line.values) {
    if (value != no_value)
      text += std::to_string(quantity == Quantity::duration ? value / 1'000 : value);
    text += ',';
  }
  if (text.back() == ',') text.pop_back();
  return text + "\"";
}

void draw_line(Svg& svg, const TimePlot& plot, const Scale& scale, const TimeChart& chart,
               const Line& line) {
  std::vector<Point> points;
  std::string data = data_of(line, chart.quantity);
  const auto flush = [&] {
    if (points.size() == 1) svg.circle(style_of(line) + " p", points.front(), px(2));
    svg.polyline(style_of(line), points);
    points.clear();
  };
  svg.open_group(data);
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    if (line.values[i] == no_value) {
      flush();
      continue;
    }
    const base::Duration middle =
        chart.time.from + chart.time.step * static_cast<std::int64_t>(i) + chart.time.step / 2;
    points.push_back({plot.x_of(middle), plot.y_of(scale, line.values[i])});
  }
  flush();
  svg.close_group();
}

}  // namespace

std::string svg_of(const TimeChart& chart) {
  const TimePlot plot(chart.time, chart.bands, chart.height);
  const Scale scale = scale_of(chart);
  Svg svg(chart_width, plot.drawing_height(), chart.label,
          " class=\"h\"" + plot.hover_attributes());
  plot.draw_bands(svg);
  plot.draw_times(svg);
  plot.draw_scale(svg, scale, chart.quantity);
  // The first line matters most and lies on top.
  for (auto line = chart.lines.rbegin(); line != chart.lines.rend(); ++line)
    draw_line(svg, plot, scale, chart, *line);
  plot.draw_levels(svg, scale, chart.levels);
  return std::move(svg).finish();
}

std::string legend_of(const std::vector<Line>& lines) {
  std::string out = "<ul class=\"legend\">";
  for (const Line& line : lines)
    out += fmt::format("<li><i class=\"c{}{}\"></i>{}</li>", line.colour, line.dashed ? " d" : "",
                       html_text(line.name));
  return out + "</ul>\n";
}

}  // namespace seawall::charts
