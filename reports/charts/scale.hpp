// Where on an axis a value stands, and which values the axis names. All in integers: a picture of a
// simulated run has the same bytes on every machine, and libraries differ in the last bit of a
// logarithm.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::charts {

// What a number counts, and so how it reads.
enum class Quantity : std::uint8_t {
  count,     // 1,250
  duration,  // nanoseconds: "9.12 ms"
  ratio,     // thousandths: "1.25"
  percent,   // hundredths of a percent, signed: "+12.1 %"
};
std::string label_of(Quantity quantity, std::int64_t value);
// At most three digits that matter: "250 ms", "1.05 s", "20 µs", "0 s".
std::string duration_label(base::Duration duration);
// A share of a whole as a percentile: "99.9".
std::string percentile_label(base::Share share);

class Scale {
 public:
  // From `low` to `high`, made wider to where a tick is. Both ends differ after that.
  static Scale linear(std::int64_t low, std::int64_t high, int most_ticks = 6);
  // Both at least 1, made wider to 1, 2 or 5 times a power of ten.
  static Scale logarithmic(std::int64_t low, std::int64_t high);
  // Of shares in ppm: as far from 0 to 90 % as from 90 to 99 %, and from there to 99.9 %.
  static Scale percentiles(base::Share last);
  // As they are given, without ticks of its own: of a time axis.
  static Scale exact(std::int64_t low, std::int64_t high);

  // 0 for the low end and `span` for the high one; what lies outside is brought to the nearest.
  std::int64_t at(std::int64_t value, std::int64_t span) const;
  std::int64_t low() const { return low_; }
  std::int64_t high() const { return high_; }
  const std::vector<std::int64_t>& ticks() const { return ticks_; }

 private:
  enum class Kind : std::uint8_t { linear, logarithmic, percentiles };
  Scale(Kind kind, std::int64_t low, std::int64_t high) : kind_(kind), low_(low), high_(high) {}
  std::int64_t bent(std::int64_t value) const;

  Kind kind_;
  std::int64_t low_;
  std::int64_t high_;
  std::vector<std::int64_t> ticks_;
};

// Round times in a stretch of time: whole seconds, minutes, hours, or parts of a second.
std::vector<base::Duration> time_ticks(base::Duration from, base::Duration to, int most = 10);

// log2 in 65536ths, rounded down; `value` is at least 1.
std::int64_t binary_logarithm(std::int64_t value);

}  // namespace seawall::charts
