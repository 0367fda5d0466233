#include "reports/charts/svg.hpp"

#include <algorithm>

#include "reports/charts/html.hpp"

namespace seawall::charts {
namespace {

constexpr Px character{72};  // the mean of DejaVu Sans, the widest of the usual fonts

}  // namespace

void append_px(std::string& out, Px value) {
  if (value.tenths < 0) out += '-';
  const std::int64_t tenths = value.tenths < 0 ? -value.tenths : value.tenths;
  out += std::to_string(tenths / 10);
  if (tenths % 10 != 0) out.append(".").append(1, static_cast<char>('0' + tenths % 10));
}

Px width_of(std::string_view text) {
  return character * static_cast<std::int64_t>(characters(text));
}

Svg::Svg(Px width, Px height, std::string_view label, std::string_view attributes) : width_(width) {
  out_ = "<svg viewBox=\"0 0 ";
  append_px(out_, width);
  out_ += ' ';
  append_px(out_, height);
  out_.append("\" role=\"img\" aria-label=\"").append(html_text(label)).append("\"");
  out_.append(attributes).append(">");
}

void Svg::open(std::string_view element, std::string_view style) {
  out_.append("<").append(element).append(" class=\"").append(style).append("\"");
}

void Svg::attribute(std::string_view name, Px value) {
  out_.append(" ").append(name).append("=\"");
  append_px(out_, value);
  out_ += '"';
}

void Svg::close(std::string_view element, std::string_view title) {
  if (title.empty()) {
    out_ += "/>";
    return;
  }
  out_.append("><title>").append(html_text(title)).append("</title></");
  out_.append(element).append(">");
}

void Svg::rect(std::string_view style, Box box, std::string_view title) {
  open("rect", style);
  attribute("x", box.x);
  attribute("y", box.y);
  attribute("width", box.width);
  attribute("height", box.height);
  close("rect", title);
}

void Svg::line(std::string_view style, Point from, Point to, std::string_view title) {
  open("line", style);
  attribute("x1", from.x);
  attribute("y1", from.y);
  attribute("x2", to.x);
  attribute("y2", to.y);
  close("line", title);
}

void Svg::circle(std::string_view style, Point centre, Px radius, std::string_view title) {
  open("circle", style);
  attribute("cx", centre.x);
  attribute("cy", centre.y);
  attribute("r", radius);
  close("circle", title);
}

void Svg::cross(std::string_view style, Point centre, Px arm, std::string_view title) {
  line(style, {centre.x - arm, centre.y - arm}, {centre.x + arm, centre.y + arm}, title);
  line(style, {centre.x - arm, centre.y + arm}, {centre.x + arm, centre.y - arm});
}

void Svg::polyline(std::string_view style, std::span<const Point> points,
                   std::string_view attributes) {
  if (points.size() < 2) return;
  open("polyline", style);
  out_.append(attributes).append(" points=\"");
  for (const Point& point : points) {
    append_px(out_, point.x);
    out_ += ',';
    append_px(out_, point.y);
    out_ += ' ';
  }
  out_.back() = '"';
  out_ += "/>";
}

void Svg::arrow(std::string_view style, Point from, Point to, std::string_view title) {
  line(style, from, to, title);
  const Px back = to.x > from.x ? px(-7) : px(7);
  const Point head[] = {{to.x + back, to.y - px(4)}, to, {to.x + back, to.y + px(4)}};
  polyline(style, head);
}

void Svg::text(std::string_view style, Point at, Anchor anchor, std::string_view text) {
  constexpr Px margin = px(2);
  const auto fitting = static_cast<std::size_t>((width_ - margin * 2).tenths / character.tenths);
  const std::string shown = shortened(text, fitting);
  const Px width = width_of(shown);
  const Px before = anchor == Anchor::start ? Px{} : anchor == Anchor::middle ? width / 2 : width;
  at.x = std::min(at.x, width_ - margin - (width - before));
  at.x = std::max(at.x, margin + before);
  static constexpr std::string_view anchors[] = {"", " m", " e"};
  open("text", std::string(style).append(anchors[static_cast<std::size_t>(anchor)]));
  attribute("x", at.x);
  attribute("y", at.y);
  out_.append(">").append(html_text(shown)).append("</text>");
}

void Svg::path(std::string_view commands) {
  if (!commands.empty()) out_.append("<path d=\"").append(commands).append("\"/>");
}

void Svg::open_group(std::string_view attributes) { out_.append("<g").append(attributes) += '>'; }
void Svg::close_group() { out_ += "</g>"; }

std::string Svg::finish() && { return std::move(out_) + "</svg>\n"; }

}  // namespace seawall::charts
