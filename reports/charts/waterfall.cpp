#include "reports/charts/waterfall.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"
#include "reports/charts/plot.hpp"

namespace seawall::charts {
namespace {

constexpr Px left = px(10);
constexpr Px right = px(20);
constexpr Px row_height = px(34);  // a name, and its bar below it
constexpr Px below = px(24);
constexpr Px indent = px(12);

// Behind its bar; in it, or before it, where the edge is near.
void draw_note(Svg& svg, const WaterfallRow& row, Px from, Px to, Px y) {
  const Px width = width_of(row.note) + px(6);
  if (to + width < chart_width)
    svg.text("mt", {to + px(6), y}, Anchor::start, row.note);
  else if (to - from > width + px(6))
    svg.text(fmt::format("sn {}", row.style), {to - px(6), y}, Anchor::end, row.note);
  else
    svg.text("mt", {from - px(6), y}, Anchor::end, row.note);
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
    const Px inset = indent * row.depth;
    svg.text("mt w", {left + inset, y + px(12)}, Anchor::start, row.name);
    const Px from = x_of(row.from);
    const Px width = std::max(x_of(row.to) - from, px(3));
    svg.rect(
        fmt::format("f {}", row.style), {from, y + px(17), width, px(14)},
        fmt::format("{}: {} {} {}", row.name, duration_label(row.from),
                    row.to > row.from ? "for " + duration_label(row.to - row.from) : "", row.note));
    if (!row.note.empty()) draw_note(svg, row, from, from + width, y + px(28));
    y = y + row_height;
  }
  return std::move(svg).finish();
}

}  // namespace seawall::charts
