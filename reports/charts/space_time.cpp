#include "reports/charts/space_time.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/html.hpp"
#include "reports/charts/plot.hpp"

namespace seawall::charts {
namespace {

using Step = SpaceTimeStep;
using Kind = Step::Kind;

constexpr Px left = px(96);  // of times
constexpr Px head_height = px(34);
constexpr Px row_height = px(30);
constexpr Px pause_height = px(24);

// What takes so much of the whole is a pause worth a row of its own.
bool is_pause(base::Duration gap, base::Duration whole) {
  return gap >= std::chrono::milliseconds(20) && gap >= whole / 12;
}

constexpr Px bold = px(9);  // a character of a name

std::size_t fitting(Px room, Px character) {
  return static_cast<std::size_t>(std::max<std::int64_t>(room.tenths / character.tenths, 1));
}

// Steps late in a story are a millisecond apart, too: "1.842 s".
std::string moment_label(base::Duration at) {
  const std::int64_t ms = (at.count() + 500'000) / 1'000'000;
  return ms < 1'000 ? duration_label(at) : fmt::format("{}.{:03} s", ms / 1'000, ms % 1'000);
}

class Drawing {
 public:
  explicit Drawing(const SpaceTime& diagram)
      : diagram_(diagram), svg_(chart_width, height(), diagram.label) {}

  std::string finish() && {
    draw_lanes();
    Px y = head_height;
    base::Duration before{};
    for (const Step& step : diagram_.steps) {
      if (is_pause(step.at - before, whole())) {
        draw_pause(y, step.at - before);
        y = y + pause_height;
      }
      draw(step, y + row_height / 2 + px(5));
      before = step.at;
      y = y + row_height;
    }
    return std::move(svg_).finish();
  }

 private:
  base::Duration whole() const {
    return diagram_.steps.empty() ? base::Duration{} : diagram_.steps.back().at;
  }
  Px height() const {
    Px sum = head_height + row_height * static_cast<std::int64_t>(diagram_.steps.size()) + px(8);
    base::Duration before{};
    for (const Step& step : diagram_.steps) {
      if (is_pause(step.at - before, whole())) sum = sum + pause_height;
      before = step.at;
    }
    return sum;
  }
  Px lane_pitch() const {
    return (chart_width - left) /
           static_cast<std::int64_t>(std::max<std::size_t>(diagram_.lanes.size(), 1));
  }
  Px lane(std::size_t number) const {
    return left + lane_pitch() * static_cast<std::int64_t>(number) + lane_pitch() / 2;
  }

  void draw_lanes() {
    for (std::size_t i = 0; i < diagram_.lanes.size(); ++i) {
      const Px x = lane(i);
      svg_.line("ll", {x, head_height - px(6)}, {x, height() - px(4)});
      svg_.text("lh", {x, px(18)}, Anchor::middle,
                shortened(diagram_.lanes[i], fitting(lane_pitch(), bold)));
    }
  }

  void draw_pause(Px y, base::Duration gap) {
    svg_.rect("gap", {left, y + px(3), chart_width - left, pause_height - px(6)});
    svg_.text("a m", {left / 2, y + px(17)}, Anchor::middle, "+" + duration_label(gap));
  }

  void draw(const Step& step, Px y) {
    svg_.text(step.is_offending ? "a red" : "a", {left - px(14), y + px(4)}, Anchor::end,
              moment_label(step.at));
    switch (step.kind) {
      case Kind::call:
      case Kind::reply:
        return draw_message(step, y);
      case Kind::write:
      case Kind::note:
        return draw_mark(step, y);
      case Kind::broken:
        break;
    }
    svg_.line("br", {left, y}, {chart_width - px(4), y});
    svg_.text("brt", {left + px(4), y - px(5)}, Anchor::start,
              shortened(step.text, fitting(chart_width - left - px(8), px(8))));
  }

  void draw_message(const Step& step, Px y) {
    const Px from = lane(step.from);
    const Px to = lane(step.to);
    const std::string style = fmt::format("{}{}{}", step.kind == Kind::reply ? "ms rp" : "ms",
                                          step.is_lost || !step.fault.empty() ? " hit" : "",
                                          step.is_offending ? " off" : "");
    const Px stop = step.is_lost ? from + (to - from) * 2 / 3 : to;
    const std::string title =
        fmt::format("{} -> {}: {}", diagram_.lanes[step.from], diagram_.lanes[step.to], step.text);
    if (step.is_lost)
      svg_.line(style, {from, y}, {stop, y}, title);
    else
      svg_.arrow(style, {from, y}, {to, y}, title);
    if (!step.fault.empty() || step.is_lost)
      svg_.cross("x", {step.is_lost ? stop : from + (to - from) / 2, y}, px(6), step.fault);
    const std::string text =
        step.fault.empty() ? step.text : fmt::format("{}  ✕ {}", step.text, step.fault);
    const std::string shown = shortened(text, fitting(chart_width - left, px(8)));
    const Px least = left + width_of(shown) / 2;
    svg_.text(step.is_offending || !step.fault.empty() ? "mt red" : "mt",
              {std::max(from + (to - from) / 2, least), y - px(6)}, Anchor::middle, shown);
  }

  void draw_mark(const Step& step, Px y) {
    const Px x = lane(step.from);
    const std::string_view colour = step.is_offending          ? "off"
                                    : step.kind == Kind::write ? "wr"
                                                               : "nt";
    if (step.is_lost)
      svg_.cross("x", {x, y}, px(6), step.text);
    else if (step.kind == Kind::write)
      svg_.rect(fmt::format("mk {}", colour), {x - px(5), y - px(5), px(10), px(10)}, step.text);
    else
      svg_.circle(fmt::format("mk {}", colour), {x, y}, px(4), step.text);
    // To the right of its mark, or to the left where there is no room.
    const bool fits = x + px(12) + width_of(step.text) < chart_width;
    const Px room = fits ? chart_width - x : x - px(12) - left;
    svg_.text(step.is_offending || step.is_lost ? "mt red" : "mt",
              {fits ? x + px(12) : x - px(12), y + px(4)}, fits ? Anchor::start : Anchor::end,
              shortened(step.text, fitting(room, px(8))));
  }

  const SpaceTime& diagram_;
  Svg svg_;
};

}  // namespace

std::string svg_of(const SpaceTime& diagram) { return Drawing(diagram).finish(); }

}  // namespace seawall::charts
