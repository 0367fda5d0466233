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

constexpr Px line_height = px(16);  // of a sentence on several lines

constexpr Px bold = px(9);    // a character of a name
constexpr Px strong = px(8);  // of a text that stands out

// In lines of at most `most` characters, broken at blanks where there are any.
std::vector<std::string> wrapped(std::string_view text, std::size_t most) {
  std::vector<std::string> lines;
  while (characters(text) > most) {
    std::size_t end = shortened(text, most).size() - std::string_view("…").size();
    if (const std::size_t blank = text.rfind(' ', end); blank != text.npos && blank > 0)
      end = blank;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
  lines.emplace_back(text);
  return lines;
}

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
      draw(step, y + height_of(step) - row_height / 2 + px(5));
      before = step.at;
      y = y + height_of(step);
    }
    return std::move(svg_).finish();
  }

 private:
  base::Duration whole() const {
    return diagram_.steps.empty() ? base::Duration{} : diagram_.steps.back().at;
  }
  Px height() const {
    Px sum = head_height + px(8);
    base::Duration before{};
    for (const Step& step : diagram_.steps) {
      sum = sum + height_of(step);
      if (is_pause(step.at - before, whole())) sum = sum + pause_height;
      before = step.at;
    }
    return sum;
  }
  static std::vector<std::string> sentence_of(const Step& step) {
    return wrapped(step.text, fitting(chart_width - left - px(8), strong));
  }
  // What is broken is told in full, on as many lines as it takes.
  static Px height_of(const Step& step) {
    if (step.kind != Kind::broken) return row_height;
    return row_height + line_height * static_cast<std::int64_t>(sentence_of(step).size() - 1);
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
    const std::vector<std::string> lines = sentence_of(step);
    Px base = y - px(5) - line_height * static_cast<std::int64_t>(lines.size() - 1);
    for (const std::string& line : lines) {
      svg_.text("brt", {left + px(4), base}, Anchor::start, line);
      base = base + line_height;
    }
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
    // To the right of its mark where there is room, or no more of it on the left.
    const bool stands_out = step.is_offending || step.is_lost;
    const Px right_room = chart_width - x - px(14);
    const Px left_room = x - px(12) - left;
    const Px character = stands_out ? strong : Px{72};
    const bool is_right =
        fitting(right_room, character) >= characters(step.text) || right_room >= left_room;
    svg_.text(stands_out ? "mt red" : "mt", {is_right ? x + px(12) : x - px(12), y + px(4)},
              is_right ? Anchor::start : Anchor::end,
              shortened(step.text, fitting(is_right ? right_room : left_room, character)));
  }

  const SpaceTime& diagram_;
  Svg svg_;
};

}  // namespace

std::string svg_of(const SpaceTime& diagram) { return Drawing(diagram).finish(); }

std::string list_of(const SpaceTime& diagram) {
  std::string out = "<ol class=\"tell\">\n";
  for (const Step& step : diagram.steps) {
    std::string where;
    if (step.kind != Kind::broken) where = diagram.lanes.at(step.from);
    if (step.kind == Kind::call || step.kind == Kind::reply)
      where += (step.is_lost ? " ⇥ " : " → ") + diagram.lanes.at(step.to);
    std::string text = step.text;
    if (step.is_lost && step.kind == Kind::reply) text += " lost";
    if (step.is_lost && !step.is_held && step.kind == Kind::call) text += " did not arrive";
    if (!step.fault.empty()) text += "  ✕ " + step.fault;
    const bool stands_out = step.is_offending || step.is_lost || !step.fault.empty();
    out += fmt::format("<li{}><i>{}</i><b>{}</b> {}</li>\n", stands_out ? " class=\"badtext\"" : "",
                       moment_label(step.at), html_text(where), html_text(text));
  }
  return out + "</ol>\n";
}

}  // namespace seawall::charts
