// Where the time of one request went: a bar for each call, for each wait between two attempts, and
// a mark for each durable write, one below the other. Names stand beside their bars.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::charts {

struct WaterfallRow {
  std::string name;
  base::Duration from{};
  base::Duration to{};     // as `from`: a moment
  std::string_view style;  // a class of the style sheet: "good", "bad", "warn", "plain", "wr"
  std::string note;        // behind the bar: "timed out"
};

struct Waterfall {
  std::string label;
  std::vector<WaterfallRow> rows;
};

std::string svg_of(const Waterfall& chart);

}  // namespace seawall::charts
