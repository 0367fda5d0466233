#include "reports/charts/bar_chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

std::string data_of(const Bars& bars, Quantity quantity) {
  std::string text = fmt::format(" class=\"f {}\" data-n=\"{}\" data-u=\"{}\" data-v=\"",
                                 bars.style, html_text(bars.name), static_cast<int>(quantity));
  for (std::size_t i = 0; i < bars.values.size(); ++i)
    text += (i == 0 ? "" : ",") + std::to_string(bars.values[i]);
  return text + "\"";
}

// One closed path for all bars of a kind: a rectangle for each would take five times the bytes.
std::string path_of(const TimePlot& plot, const Scale& scale, const TimeAxis& time,
                    const std::vector<std::int64_t>& below,
                    const std::vector<std::int64_t>& values) {
  std::string path;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    const base::Duration start = time.from + time.step * static_cast<std::int64_t>(i);
    const Px left = plot.x_of(start);
    const Px width = std::max(plot.x_of(start + time.step) - left, Px{5});
    const Px gap = width > px(4) ? px(1) : Px{};
    const Px bottom = plot.y_of(scale, below[i]);
    const Px top = plot.y_of(scale, below[i] + values[i]);
    path += 'M';
    append_px(path, left);
    path += ' ';
    append_px(path, bottom);
    path += 'V';
    append_px(path, top);
    path += 'h';
    append_px(path, width - gap);
    path += 'V';
    append_px(path, bottom);
    path += 'z';
  }
  return path;
}

}  // namespace

std::string svg_of(const BarChart& chart) {
  std::vector<std::int64_t> below(chart.time.steps(), 0);
  for (const Bars& bars : chart.stacks)
    for (std::size_t i = 0; i < below.size(); ++i) below[i] += bars.values.at(i);
  const std::int64_t highest = below.empty() ? 1 : *std::max_element(below.begin(), below.end());
  const Scale scale = Scale::linear(0, std::max<std::int64_t>(highest, 1), 4);

  const TimePlot plot(chart.time, chart.bands, chart.height);
  Svg svg(chart_width, plot.drawing_height(), chart.label,
          " class=\"h\"" + plot.hover_attributes());
  plot.draw_bands(svg);
  plot.draw_times(svg);
  plot.draw_scale(svg, scale, chart.quantity);
  std::fill(below.begin(), below.end(), 0);
  for (const Bars& bars : chart.stacks) {
    svg.open_group(data_of(bars, chart.quantity));
    svg.path(path_of(plot, scale, chart.time, below, bars.values));
    svg.close_group();
    for (std::size_t i = 0; i < below.size(); ++i) below[i] += bars.values[i];
  }
  return std::move(svg).finish();
}

std::string legend_of(const std::vector<Bars>& stacks) {
  std::string out = "<ul class=\"legend\">";
  for (const Bars& bars : stacks)
    out += fmt::format("<li><b class=\"{}\"></b>{}</li>", bars.style, html_text(bars.name));
  return out + "</ul>\n";
}

}  // namespace seawall::charts
