#include "harness/stats/window_series.hpp"

#include "harness/base/assert.hpp"

namespace seawall::stats {

WindowSeries::WindowSeries(base::TimePoint zero, base::Duration width)
    : zero_(zero), width_(width) {
  base::require(width.count() > 0, "a window has a positive width");
}

std::int64_t WindowSeries::number_of(base::TimePoint at) const {
  const base::Duration since = at - zero_;
  const std::int64_t number = since / width_;
  return since % width_ < base::Duration(0) ? number - 1 : number;
}

void WindowSeries::record(base::TimePoint at, base::Duration value) {
  windows_[number_of(at)].push_back(value);
}

Histogram WindowSeries::histogram(std::int64_t first, std::int64_t end) const {
  Histogram all;
  for (auto window = windows_.lower_bound(first); window != windows_.end(); ++window) {
    if (window->first >= end) break;
    for (const base::Duration value : window->second) all.record(value);
  }
  return all;
}

}  // namespace seawall::stats
