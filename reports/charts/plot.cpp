#include "reports/charts/plot.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

constexpr Px left = px(150);  // room for the names of states
constexpr Px right = px(20);
constexpr Px name_height = px(17);
constexpr Px below = px(24);
constexpr std::size_t most_name_rows = 8;
constexpr std::size_t longest_name = 44;

}  // namespace

std::size_t TimeAxis::steps() const {
  if (to <= from) return 0;
  return static_cast<std::size_t>((to - from + step - base::Duration(1)) / step);
}

TimePlot::TimePlot(const TimeAxis& time, std::span<const Band> bands, Px height)
    : time_(time), scale_(Scale::exact(time.from.count(), time.to.count())) {
  for (const Band& band : bands)
    if (band.from < time.to && band.to > time.from) bands_.push_back(band);
  area_ = {left, px(6), chart_width - left - right, height};
  place_names();
  area_.y = area_.y + name_height * static_cast<std::int64_t>(name_rows_);
}

// Each name starts where its band does, in the first row that is free there.
void TimePlot::place_names() {
  std::vector<Px> row_ends;
  for (const Band& band : bands_) {
    if (band.name.empty() || !band.is_named) continue;
    const std::string text = shortened(band.name, longest_name);
    const Px width = width_of(text);
    const Px x = std::min(x_of(band.from), chart_width - px(2) - width);
    std::size_t row = 0;
    while (row < row_ends.size() && row_ends[row] > x) ++row;
    if (row == most_name_rows) continue;  // its band is drawn all the same
    if (row == row_ends.size()) row_ends.emplace_back();
    row_ends[row] = x + width + px(10);
    names_.push_back({x, row, text, band.is_gap});
  }
  name_rows_ = row_ends.size();
}

Px TimePlot::drawing_height() const { return area_.y + area_.height + below; }

Px TimePlot::x_of(base::Duration at) const {
  return area_.x + Px{scale_.at(at.count(), area_.width.tenths)};
}

Px TimePlot::y_of(const Scale& scale, std::int64_t value) const {
  return area_.y + area_.height - Px{scale.at(value, area_.height.tenths)};
}

std::string TimePlot::hover_attributes() const {
  const auto ms = [](base::Duration time) { return time.count() / 1'000'000; };
  std::string text =
      fmt::format(" data-t=\"{} {} {}\" data-x=\"", ms(time_.from), ms(time_.to), ms(time_.step));
  append_px(text, area_.x);
  text += ' ';
  append_px(text, area_.x + area_.width);
  return text + "\"";
}

void TimePlot::draw_bands(Svg& svg) const {
  for (const Band& band : bands_) {
    const Px from = x_of(band.from);
    const Px width = std::max(x_of(band.to) - from, px(1));
    svg.rect(band.is_gap ? "nodata" : "band", {from, area_.y, width, area_.height}, band.name);
  }
  for (const BandName& name : names_) {
    const Px y =
        area_.y - px(5) - name_height * static_cast<std::int64_t>(name_rows_ - 1 - name.row);
    svg.text(name.is_gap ? "a" : "bn", {name.x, y}, Anchor::start, name.text);
    // A name that is not right above its band is tied to it.
    if (name.row + 1 < name_rows_ && x_of(time_.to) > name.x)
      svg.line("bt", {name.x, y + px(3)}, {name.x, area_.y});
  }
}

void TimePlot::draw_times(Svg& svg) const {
  for (const base::Duration tick : time_ticks(time_.from, time_.to)) {
    const Px x = x_of(tick);
    svg.line("g", {x, area_.y}, {x, area_.y + area_.height});
    svg.text("a", {x, area_.y + area_.height + px(16)}, Anchor::middle, duration_label(tick));
  }
}

void TimePlot::draw_scale(Svg& svg, const Scale& scale, Quantity quantity) const {
  for (const std::int64_t tick : scale.ticks()) {
    const Px y = y_of(scale, tick);
    svg.line("g", {area_.x, y}, {area_.x + area_.width, y});
    svg.text("a", {area_.x - px(8), y + px(4)}, Anchor::end, label_of(quantity, tick));
  }
}

void TimePlot::draw_levels(Svg& svg, const Scale& scale, std::span<const Level> levels) const {
  std::vector<Px> taken;  // base lines of names
  for (const Level& level : levels) {
    if (level.from >= time_.to || level.to <= time_.from) continue;
    const Px x = x_of(level.to);
    const Px y = y_of(scale, level.value);
    svg.line("lv", {x_of(level.from), y}, {x, y}, level.name);
    if (level.name.empty()) continue;
    // Above its line; below where another name, or the edge, is in the way.
    for (const Px base : {y - px(4), y + px(13), y - px(19), y + px(28)}) {
      const auto close = [&](Px other) {
        return std::max(other, base) - std::min(other, base) < px(14);
      };
      if (base < area_.y + px(8) || base > area_.y + area_.height) continue;
      if (std::any_of(taken.begin(), taken.end(), close)) continue;
      taken.push_back(base);
      svg.text("ln", {x - px(3), base}, Anchor::end, level.name);
      break;
    }
  }
}

}  // namespace seawall::charts
