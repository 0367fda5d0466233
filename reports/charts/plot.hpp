// What all charts over time have in common: the stretch of time, and what lies across them.
//
//            payment-slow +400 ms        <- bands, named above the plot
//   500 ms |    ░░░░░░░░░░        |
//   250 ms |----░░░░░░░░░░--------|      <- levels
//          0 s      10 s       30 s
//
// Drawings of one run are as wide as each other and share their margins, so that one second is in
// the same place in all of them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/units.hpp"
#include "reports/charts/scale.hpp"
#include "reports/charts/svg.hpp"

namespace seawall::charts {

constexpr Px chart_width = px(960);

// A stretch of time that is shaded: while a fault acted. Within the axis or partly out of it.
struct Band {
  base::Duration from{};
  base::Duration to{};
  std::string name;
  bool is_named = true;  // above the plot; else only where a pointer rests on it
  bool is_gap = false;   // not of a fault: nothing is known of this time
};

// A value that is drawn across the time in which it holds: a bound of a service level.
struct Level {
  std::int64_t value = 0;
  std::string name;  // empty: it stands with another part of the same level
  // Where it holds.
  base::Duration from{};
  base::Duration to = base::Duration::max();
};

// From the start of the first step to the end of the last one; step number i of a series covers
// from + i * step.
struct TimeAxis {
  base::Duration from{};
  base::Duration to{};
  base::Duration step = std::chrono::seconds(1);

  std::size_t steps() const;
};

// No value at a step of a series.
constexpr std::int64_t no_value = -1;

// The part of a drawing in which values stand. `height` is that of the plot alone.
class TimePlot {
 public:
  TimePlot(const TimeAxis& time, std::span<const Band> bands, Px height);

  // Of the whole drawing: bands' names above, times below.
  Px drawing_height() const;
  Box area() const { return area_; }
  Px x_of(base::Duration at) const;  // brought into the area
  // In ms: where hovering finds the step below the pointer.
  std::string hover_attributes() const;

  void draw_bands(Svg& svg) const;
  void draw_times(Svg& svg) const;  // the axis below
  // The lines of the ticks and their names.
  void draw_scale(Svg& svg, const Scale& scale, Quantity quantity) const;
  void draw_levels(Svg& svg, const Scale& scale, std::span<const Level> levels) const;
  Px y_of(const Scale& scale, std::int64_t value) const;

 private:
  struct BandName {
    Px x;
    std::size_t row;
    std::string text;
    bool is_gap;
  };
  void place_names();

  TimeAxis time_;
  Scale scale_;
  std::vector<Band> bands_;
  std::vector<BandName> names_;
  std::size_t name_rows_ = 0;
  Box area_{};
};

}  // namespace seawall::charts
