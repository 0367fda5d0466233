#include "reports/charts/waterfall.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"
#include "reports/charts/plot.hpp"

namespace seawall::charts {
namespace {

constexpr Px left = px(10);
constexpr Px right = px(20);
constexpr Px row_height = px(21);
constexpr Px below = px(24);

// What a row is, where there is room for it: behind its bar, before it, in it. A column of its own
// would take the room of the bars, most of all on a narrow screen.
void draw_words(Svg& svg, const WaterfallRow& row, Px from, Px to, Px y) {
  constexpr Px gap = px(6);
  const std::string words =
      row.note.empty() ? row.name : fmt::format("{}  ({})", row.name, row.note);
  const Px width = width_of(words) + gap;
  if (to + width < chart_width) return svg.text("mt", {to + gap, y}, Anchor::start, words);
  if (from > width + left) return svg.text("mt", {from - gap, y}, Anchor::end, words);
  const auto fitting = static_cast<std::size_t>((to - from - gap * 2).tenths / 72);
  svg.text(fmt::format("sn {}", row.style), {from + gap, y}, Anchor::start,
           shortened(words, std::max<std::size_t>(fitting, 1)));
}

}  // namespace

std::string svg_of(const Waterfall& chart) {
  base::Duration last{1};
  for (const WaterfallRow& row : chart.rows) last = std::max(last, row.to);
  const Scale scale = Scale::exact(0, last.count());
  const Box area{left, px(6), chart_width - left - right,
                 row_height * static_cast<std::int64_t>(chart.rows.size())};
  const auto x_of = [&](base::Duration at) {
    return area.x + Px{scale.at(at.count(), area.width.tenths)};
  };

  Svg svg(chart_width, area.y + area.height + below, chart.label);
  for (const base::Duration tick : time_ticks({}, last, 6)) {
    svg.line("g", {x_of(tick), area.y}, {x_of(tick), area.y + area.height});
    svg.text("a", {x_of(tick), area.y + area.height + px(16)}, Anchor::middle,
             duration_label(tick));
  }
  Px y = area.y;
  for (const WaterfallRow& row : chart.rows) {
    const Px from = x_of(row.from);
    const Px width = std::max(x_of(row.to) - from, px(3));
    svg.rect(
        fmt::format("f {}", row.style), {from, y + px(3), width, px(15)},
        fmt::format("{}: {} {} {}", row.name, duration_label(row.from),
                    row.to > row.from ? "for " + duration_label(row.to - row.from) : "", row.note));
    draw_words(svg, row, from, from + width, y + px(15));
    y = y + row_height;
  }
  return std::move(svg).finish();
}

}  // namespace seawall::charts
