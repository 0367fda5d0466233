// Latencies by windows of time: what recovery_time, charts and the HdrHistogram log look at. Values
// may come in any order of time. Each window keeps its values as they are, because most windows
// hold few: a histogram for each second of each request would cost more than all values together.
#pragma once
#include <map>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/stats/histogram.hpp"

namespace seawall::stats {

class WindowSeries {
 public:
  // Window number n covers zero + n * width up to, not including, zero + (n + 1) * width; n may be
  // negative (the warm-up). `width` is positive.
  WindowSeries(base::TimePoint zero, base::Duration width);

  void record(base::TimePoint at, base::Duration value);

  // The windows that hold values, by number.
  const std::map<std::int64_t, std::vector<base::Duration>>& windows() const { return windows_; }
  std::int64_t number_of(base::TimePoint at) const;
  base::TimePoint start_of(std::int64_t number) const { return zero_ + number * width_; }
  base::Duration width() const { return width_; }

  // Everything in the windows from `first` up to, not including, `end`.
  Histogram histogram(std::int64_t first, std::int64_t end) const;

 private:
  base::TimePoint zero_;
  base::Duration width_;
  std::map<std::int64_t, std::vector<base::Duration>> windows_;
};

}  // namespace seawall::stats
