// The buckets of HdrHistogram (Gil Tene) at three significant figures: exact up to 2047, and from
// there 1024 buckets for each doubling, so that every value is known to better than 0.1 %.
//
//   value    0 .. 2047      2048 .. 4095      4096 .. 8191     ...
//   width        1                2                 4
//   index    0 .. 2047      2048 .. 3071      3072 .. 4095
//
// An index, its lowest value and its width are the same as in the original with a lowest
// discernible value of 1, so that counts can be exchanged with it (reports/hdr_log).
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

namespace seawall::stats {

struct HistogramLayout {
  static constexpr int significant_figures = 3;
  static constexpr int sub_bucket_bits = 11;  // 2 * 10^3 sub-buckets, rounded up to a power of two
  static constexpr std::int64_t sub_buckets = std::int64_t{1} << sub_bucket_bits;
  static constexpr std::size_t half = sub_buckets / 2;

  // `value` is not negative.
  static constexpr std::size_t index_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value) | (sub_buckets - 1);
    const int bucket = std::bit_width(bits) - sub_bucket_bits;
    return static_cast<std::size_t>(bucket) * half + static_cast<std::size_t>(value >> bucket);
  }
  static constexpr std::int64_t lowest_of(std::size_t index) {
    const int bucket = bucket_of(index);
    return static_cast<std::int64_t>(index - static_cast<std::size_t>(bucket) * half) << bucket;
  }
  static constexpr std::int64_t width_of(std::size_t index) {
    return std::int64_t{1} << bucket_of(index);
  }
  static constexpr std::int64_t highest_of(std::size_t index) {
    return lowest_of(index) + (width_of(index) - 1);
  }
  static constexpr std::int64_t median_of(std::size_t index) {
    return lowest_of(index) + width_of(index) / 2;
  }
  // How many counters cover 0 to `highest`, as the original sizes its array.
  static constexpr std::size_t size_for(std::int64_t highest) {
    return (index_of(highest) / half + 1) * half;
  }

 private:
  static constexpr int bucket_of(std::size_t index) {
    return index < 2 * half ? 0 : static_cast<int>(index / half) - 1;
  }
};

}  // namespace seawall::stats
