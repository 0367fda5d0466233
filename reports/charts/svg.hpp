// One SVG, written element by element. Coordinates are tenths of a pixel, so that the same drawing
// gives the same bytes on every machine; looks come from the classes of the style sheet
// (style.hpp).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace seawall::charts {

struct Px {
  std::int64_t tenths = 0;
  auto operator<=>(const Px&) const = default;
  friend constexpr Px operator+(Px a, Px b) { return {a.tenths + b.tenths}; }
  friend constexpr Px operator-(Px a, Px b) { return {a.tenths - b.tenths}; }
  friend constexpr Px operator*(Px a, std::int64_t n) { return {a.tenths * n}; }
  friend constexpr Px operator/(Px a, std::int64_t n) { return {a.tenths / n}; }
};
constexpr Px px(std::int64_t whole) { return {whole * 10}; }

struct Point {
  Px x, y;
};
struct Box {
  Px x, y, width, height;
};
enum class Anchor { start, middle, end };

// The width that `text` takes at most, in the usual fonts of 12 px.
Px width_of(std::string_view text);

class Svg {
 public:
  // `label` says what it shows to who cannot see it. `attributes` as they stand (' class="hover"').
  Svg(Px width, Px height, std::string_view label, std::string_view attributes = {});

  // `title`: shown when the pointer rests on it, without any script.
  void rect(std::string_view style, Box box, std::string_view title = {});
  void line(std::string_view style, Point from, Point to, std::string_view title = {});
  void circle(std::string_view style, Point centre, Px radius, std::string_view title = {});
  void cross(std::string_view style, Point centre, Px arm, std::string_view title = {});
  // Nothing for less than two points. `attributes` as they stand.
  void polyline(std::string_view style, std::span<const Point> points,
                std::string_view attributes = {});
  // A head at `to`, in the direction of the arrow, which is not vertical.
  void arrow(std::string_view style, Point from, Point to, std::string_view title = {});
  // `at` is on the base line. What would pass the left or the right edge is moved inwards, and cut
  // where it is wider than the drawing.
  void text(std::string_view style, Point at, Anchor anchor, std::string_view text);
  void path(std::string_view commands);
  // Elements between them share what `attributes` say.
  void open_group(std::string_view attributes);
  void close_group();

  Px width() const { return width_; }
  std::string finish() &&;

 private:
  void open(std::string_view element, std::string_view style);
  void attribute(std::string_view name, Px value);
  void close(std::string_view element, std::string_view title);

  Px width_;
  std::string out_;
};

// "12.3"; "12" for whole ones.
void append_px(std::string& out, Px value);

}  // namespace seawall::charts
