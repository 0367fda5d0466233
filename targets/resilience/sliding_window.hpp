// Counts over the last `length` of time, in constant memory whatever the rate: ten buckets, of
// which the oldest is forgotten whole. So the window covers between nine and ten tenths of its
// length.
//
//   | 3 | 0 | 7 | 2 | ... | 5 |  <- now        sum(k, now) = all of them
#pragma once
#include <array>
#include <cstdint>

#include "harness/base/units.hpp"

namespace seawall::resilience {

template <std::size_t Counters>
class SlidingWindow {
 public:
  using Counts = std::array<std::int64_t, Counters>;

  // `length` is positive.
  explicit SlidingWindow(base::Duration length)
      : width_((length.count() + buckets - 1) / buckets) {}

  void add(base::TimePoint now, const Counts& counts) {
    forget(now);
    Counts& bucket = buckets_[static_cast<std::size_t>(newest_ % buckets)];
    for (std::size_t i = 0; i < Counters; ++i) {
      bucket[i] += counts[i];
      sums_[i] += counts[i];
    }
  }

  const Counts& sums(base::TimePoint now) {
    forget(now);
    return sums_;
  }

  void clear() {
    buckets_ = {};
    sums_ = {};
  }

 private:
  static constexpr std::int64_t buckets = 10;

  void forget(base::TimePoint now) {
    const std::int64_t current = now.time_since_epoch().count() / width_;
    if (current - newest_ >= buckets) clear();
    for (std::int64_t i = newest_ + 1; i <= current && current - newest_ < buckets; ++i) {
      Counts& bucket = buckets_[static_cast<std::size_t>(i % buckets)];
      for (std::size_t k = 0; k < Counters; ++k) sums_[k] -= bucket[k];
      bucket = {};
    }
    if (current > newest_) newest_ = current;
  }

  std::int64_t width_;
  std::int64_t newest_ = 0;  // number of the newest bucket since time 0
  std::array<Counts, static_cast<std::size_t>(buckets)> buckets_{};
  Counts sums_{};
};

}  // namespace seawall::resilience
