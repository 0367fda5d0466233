#include "reports/charts/scale.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"

namespace seawall::charts {
namespace {

using base::Duration;
using namespace std::chrono_literals;

constexpr std::int64_t all_ppm = 1'000'000;

// `value` / `unit` with up to three digits that matter and no zeros behind: "1.05", "12.3", "250".
std::string three_digits(std::int64_t value, std::int64_t unit) {
  const std::int64_t whole = value / unit;
  const int digits = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  // Rounded to the nearest; the remainder is below the unit, so nothing overflows.
  const std::int64_t rounded = whole * power + (value % unit * power + unit / 2) / unit;
  std::string text = std::to_string(rounded / power);
  if (digits == 0) return text;
  std::string fraction = std::to_string(power + rounded % power).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + "." + fraction;
}

// The smallest of 1, 2, 5, 10, 20 ... that is at least `least`.
std::int64_t round_step(std::int64_t least) {
  std::int64_t power = 1;
  while (power * 10 <= least) power *= 10;
  for (const std::int64_t factor : {1, 2, 5})
    if (power * factor >= least) return power * factor;
  return power * 10;
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

std::string duration_label(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns < 0) return "-" + duration_label(-duration);
  if (ns == 0) return "0 s";
  if (ns >= 100'000'000'000) return std::to_string((ns + 500'000'000) / 1'000'000'000) + " s";
  // A value that rounds up to the next unit is written in it: 999,999 ns is "1 ms".
  if (ns >= 999'500'000) return three_digits(ns, 1'000'000'000) + " s";
  if (ns >= 999'500) return three_digits(ns, 1'000'000) + " ms";
  if (ns >= 1'000) return three_digits(ns, 1'000) + " µs";
  return std::to_string(ns) + " ns";
}

std::string percentile_label(base::Share share) {
  std::string text = base::to_text(share);
  if (!text.empty() && text.back() == '%') text.pop_back();
  return text;
}

std::string label_of(Quantity quantity, std::int64_t value) {
  switch (quantity) {
    case Quantity::count:
      return base::grouped(value);
    case Quantity::duration:
      return duration_label(Duration(value));
    case Quantity::ratio:
      return three_digits(value, 1'000);
    case Quantity::percent:
      break;
  }
  const std::int64_t size = value < 0 ? -value : value;
  return (value < 0 ? "-" : "+") + three_digits(size, 100) + " %";
}

Scale Scale::linear(std::int64_t low, std::int64_t high, int most_ticks) {
  base::require(low <= high && most_ticks >= 2, "an axis goes from low to high");
  high = std::max(high, low + 1);
  const std::int64_t step = round_step((high - low + most_ticks - 2) / (most_ticks - 1));
  Scale scale(Kind::linear, floor_to(low, step), -floor_to(-high, step));
  for (std::int64_t tick = scale.low_; tick <= scale.high_; tick += step)
    scale.ticks_.push_back(tick);
  return scale;
}

Scale Scale::logarithmic(std::int64_t low, std::int64_t high) {
  base::require(low >= 1 && low <= high, "a logarithm is of what is at least 1");
  std::int64_t last = round_step(high);
  std::int64_t first = 1;
  while (round_step(first + 1) <= low) first = round_step(first + 1);
  if (first == last) last = round_step(last + 1);
  Scale scale(Kind::logarithmic, first, last);
  for (std::int64_t tick = first; tick <= last; tick = round_step(tick + 1))
    scale.ticks_.push_back(tick);
  // Many decades: powers of ten alone, then each second or third one.
  const auto keep = [&](auto is_kept) { std::erase_if(scale.ticks_, std::not_fn(is_kept)); };
  if (scale.ticks_.size() > 10) {
    std::int64_t power = 1;
    keep([&](std::int64_t tick) {
      while (power < tick) power *= 10;
      return power == tick;
    });
  }
  return scale;
}

Scale Scale::percentiles(base::Share last) {
  base::require(last.ppm > 0 && last.ppm < all_ppm, "no percentile axis reaches 100 %");
  Scale scale(Kind::percentiles, 0, last.ppm);
  for (const std::int64_t tick : {0, 500'000, 900'000, 990'000, 999'000, 999'900, 999'990, 999'999})
    if (tick <= last.ppm) scale.ticks_.push_back(tick);
  return scale;
}

Scale Scale::exact(std::int64_t low, std::int64_t high) {
  return {Kind::linear, low, std::max(high, low + 1)};
}

std::int64_t binary_logarithm(std::int64_t value) {
  base::require(value >= 1, "a logarithm is of what is at least 1");
  constexpr int fraction_bits = 16;
  constexpr int mantissa_bits = 30;
  const int exponent = std::bit_width(static_cast<std::uint64_t>(value)) - 1;
  const auto bits = static_cast<std::uint64_t>(value);
  std::uint64_t mantissa = exponent <= mantissa_bits ? bits << (mantissa_bits - exponent)
                                                     : bits >> (exponent - mantissa_bits);
  // Squaring doubles the logarithm: each time it passes 2, the next bit of it is one.
  std::int64_t result = exponent;
  for (int i = 0; i < fraction_bits; ++i) {
    mantissa = (mantissa * mantissa) >> mantissa_bits;
    const std::uint64_t bit = mantissa >> (mantissa_bits + 1);
    mantissa >>= bit;
    result = result * 2 + static_cast<std::int64_t>(bit);
  }
  return result;
}

std::int64_t Scale::bent(std::int64_t value) const {
  switch (kind_) {
    case Kind::linear:
      return value;
    case Kind::logarithmic:
      return binary_logarithm(value);
    case Kind::percentiles:
      break;
  }
  return binary_logarithm(all_ppm) - binary_logarithm(all_ppm - value);
}

std::int64_t Scale::at(std::int64_t value, std::int64_t span) const {
  value = std::clamp(value, low_, high_);
  const std::int64_t from = bent(low_);
  return base::scale(bent(value) - from, span, bent(high_) - from);
}

std::vector<Duration> time_ticks(Duration from, Duration to, int most) {
  static constexpr auto steps = std::to_array<Duration>(
      {1us,  2us,  5us,  10us,  20us,  50us,   100us,  200us,  500us,   1ms,    2ms, 5ms,
       10ms, 20ms, 50ms, 100ms, 200ms, 500ms,  1s,     2s,     5s,      10s,    15s, 30s,
       60s,  120s, 300s, 600s,  900s,  1'800s, 3'600s, 7'200s, 21'600s, 86'400s});
  const auto wide_enough = [&](Duration step) { return (to - from) / step < most; };
  const auto step = std::find_if(steps.begin(), steps.end(), wide_enough);
  const std::int64_t width = (step == steps.end() ? steps.back() : *step).count();
  std::vector<Duration> ticks;
  for (std::int64_t tick = -floor_to(-from.count(), width); tick <= to.count(); tick += width)
    ticks.emplace_back(tick);
  return ticks;
}

}  // namespace seawall::charts
