#include "harness/stats/histogram.hpp"

#include "harness/base/assert.hpp"

namespace seawall::stats {

using base::Duration;
using Layout = HistogramLayout;
__extension__ using Wide = __int128;

Histogram::Histogram(Duration highest) : highest_(highest.count()), least_(highest_) {
  base::require(highest_ >= 2, "a histogram covers at least 2 ns");
}

// Twice as much each time: a few times for each histogram, and nothing for one that is never used.
void Histogram::make_room_for(std::size_t index) {
  const std::size_t most = Layout::size_for(highest_);
  counts_.resize(std::min(most, std::max({index + 1, 2 * counts_.size(), Layout::half})));
}

std::int64_t Histogram::bring_inside(std::int64_t ns, std::int64_t times) {
  outside_ += times;
  return ns < 0 ? 0 : highest_;
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    const std::int64_t times = other.counts_[i];
    if (times > 0) record(Duration(std::min(Layout::highest_of(i), other.highest_)), times);
  }
  outside_ += other.outside_;
}

Duration Histogram::value_at_quantile(base::Share quantile) const {
  if (count_ == 0) return Duration(0);
  const std::int64_t ppm = std::clamp<std::int64_t>(quantile.ppm, 0, 1'000'000);
  const Wide product = static_cast<Wide>(count_) * ppm;
  const auto rank =
      std::max<std::int64_t>(1, static_cast<std::int64_t>((product + 999'999) / 1'000'000));
  std::size_t index = 0;
  for (std::int64_t seen = counts_[0]; seen < rank;) seen += counts_[++index];
  return Duration(ppm == 0 ? Layout::lowest_of(index) : Layout::highest_of(index));
}

Duration Histogram::mean() const {
  if (count_ == 0) return Duration(0);
  Wide sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    sum += static_cast<Wide>(counts_[i]) * Layout::median_of(i);
  return Duration(static_cast<std::int64_t>(sum / count_));
}

Duration Histogram::min() const {
  return Duration(count_ == 0 ? 0 : Layout::lowest_of(Layout::index_of(least_)));
}

Duration Histogram::max() const {
  return Duration(count_ == 0 ? 0 : Layout::highest_of(Layout::index_of(most_)));
}

}  // namespace seawall::stats
