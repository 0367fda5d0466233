#include "reports/charts/percentile_chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

constexpr Px left = px(150);
constexpr Px right = px(20);
constexpr Px above = px(8);
constexpr Px below = px(24);

struct Frame {
  Scale shares;
  Scale latencies;
  Box area;

  Point at(const PercentilePoint& point) const {
    return {area.x + Px{shares.at(point.share.ppm, area.width.tenths)},
            area.y + area.height - Px{latencies.at(point.latency.count(), area.height.tenths)}};
  }
};

Frame frame_of(const PercentileChart& chart) {
  std::int64_t low = 0;
  std::int64_t high = 1;
  std::int64_t last = 900'000;
  for (const PercentileSeries& series : chart.series)
    for (const PercentilePoint& point : series.points) {
      const std::int64_t ns = std::max<std::int64_t>(point.latency.count(), 1);
      low = low == 0 ? ns : std::min(low, ns);
      high = std::max(high, ns);
      last = std::max(last, point.share.ppm);
    }
  return {Scale::percentiles(base::Share{last}),
          Scale::logarithmic(std::max<std::int64_t>(low, 1), high),
          {left, above, chart_width - left - right, chart.height}};
}

void draw_axes(Svg& svg, const Frame& frame) {
  const Box& area = frame.area;
  for (const std::int64_t tick : frame.latencies.ticks()) {
    const Px y = area.y + area.height - Px{frame.latencies.at(tick, area.height.tenths)};
    svg.line("g", {area.x, y}, {area.x + area.width, y});
    svg.text("a", {area.x - px(8), y + px(4)}, Anchor::end, label_of(Quantity::duration, tick));
  }
  for (const std::int64_t tick : frame.shares.ticks()) {
    const Px x = area.x + Px{frame.shares.at(tick, area.width.tenths)};
    svg.line("g", {x, area.y}, {x, area.y + area.height});
    svg.text("a", {x, area.y + area.height + px(16)}, Anchor::middle,
             percentile_label(base::Share{tick}) + " %");
  }
}

}  // namespace

std::vector<base::Share> percentile_shares(std::int64_t count) {
  std::vector<base::Share> shares;
  const std::int64_t last =
      1'000'000 - std::max<std::int64_t>(1, 1'000'000 / std::max<std::int64_t>(count, 2));
  // Eighteen steps through each tenth that is left: 0 to 90 %, 90 to 99 %, ...
  std::int64_t from = 0;
  for (std::int64_t rest = 1'000'000; rest >= 10; rest /= 10) {
    for (std::int64_t i = 0; i < 18; ++i) {
      const std::int64_t ppm = from + rest * 9 / 10 * i / 18;
      if (ppm < last && (shares.empty() || ppm > shares.back().ppm)) shares.push_back({ppm});
    }
    from += rest * 9 / 10;
  }
  shares.push_back({last});
  return shares;
}

std::string svg_of(const PercentileChart& chart) {
  const Frame frame = frame_of(chart);
  Svg svg(chart_width, above + chart.height + below, chart.label);
  draw_axes(svg, frame);
  for (const PercentileSeries& series : chart.series) {
    std::vector<Point> points;
    for (const PercentilePoint& point : series.points) points.push_back(frame.at(point));
    const std::string style = fmt::format("l c{}{}", series.colour, series.dashed ? " d" : "");
    svg.polyline(style, points);
    // What a pointer can rest on, where a percentile has a name.
    for (const PercentilePoint& point : series.points) {
      const auto& ticks = frame.shares.ticks();
      if (std::find(ticks.begin(), ticks.end(), point.share.ppm) == ticks.end()) continue;
      svg.circle(style + " p", frame.at(point), px(3),
                 fmt::format("{}: p{} {}", series.name, percentile_label(point.share),
                             duration_label(point.latency)));
    }
  }
  return std::move(svg).finish();
}

std::string legend_of(const std::vector<PercentileSeries>& series) {
  std::string out = "<ul class=\"legend\">";
  for (const PercentileSeries& each : series)
    out += fmt::format("<li><i class=\"c{}{}\"></i>{}</li>", each.colour, each.dashed ? " d" : "",
                       html_text(each.name));
  return out + "</ul>\n";
}

}  // namespace seawall::charts
