// Latencies counted in the buckets of HdrHistogram (histogram_layout.hpp): three significant
// figures from 1 ns to an hour, at a cost of a few nanoseconds for each record and a size that
// grows with the largest value, up to 270 kB. Quantiles, mean and extremes are those that the
// original gives for the same values.
//
// One thread records; merge() joins the histograms of several.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/stats/histogram_layout.hpp"

namespace seawall::stats {

class Histogram {
 public:
  static constexpr base::Duration default_highest = std::chrono::hours(1);

  // `highest` is at least 2 ns.
  explicit Histogram(base::Duration highest = default_highest);

  // A value outside 0 .. highest() counts as the nearest of the two and in outside().
  void record(base::Duration value) { record(value, 1); }
  void record(base::Duration value, std::int64_t times) {
    std::int64_t ns = value.count();
    if (static_cast<std::uint64_t>(ns) > static_cast<std::uint64_t>(highest_)) [[unlikely]]
      ns = bring_inside(ns, times);
    const std::size_t index = HistogramLayout::index_of(ns);
    if (index >= counts_.size()) [[unlikely]]
      make_room_for(index);
    counts_[index] += times;
    count_ += times;
    least_ = std::min(least_, ns);
    most_ = std::max(most_, ns);
  }
  void merge(const Histogram& other);

  std::int64_t count() const { return count_; }
  std::int64_t outside() const { return outside_; }
  base::Duration highest() const { return base::Duration(highest_); }

  // The smallest value v of which at least this share of the recorded values is <= v (nearest
  // rank), as the upper end of its bucket, but the lower end for a share of 0. 0 where nothing is
  // recorded.
  base::Duration value_at_quantile(base::Share quantile) const;
  // Of the middles of the buckets, rounded down.
  base::Duration mean() const;
  base::Duration min() const;  // lower end of the lowest bucket in use
  base::Duration max() const;  // upper end of the highest

  // By index of the layout, up to the largest that is in use.
  std::span<const std::int64_t> counts() const {
    if (count_ == 0) return {};
    return {counts_.data(), HistogramLayout::index_of(most_) + 1};
  }

 private:
  std::int64_t bring_inside(std::int64_t ns, std::int64_t times);
  void make_room_for(std::size_t index);

  std::int64_t highest_;
  std::int64_t count_ = 0;
  std::int64_t outside_ = 0;
  std::int64_t least_;
  std::int64_t most_ = 0;
  std::vector<std::int64_t> counts_;
};

}  // namespace seawall::stats
