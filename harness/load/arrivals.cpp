#include "harness/load/arrivals.hpp"

#include <algorithm>

#include "harness/base/integer_math.hpp"

namespace seawall::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration slice = std::chrono::milliseconds(10);
constexpr std::int64_t one = 1'000'000'000;  // one expected arrival, in billionths

// Expected arrivals at `rate` in `time`, in billionths; and the inverse, at least 1 ns.
std::int64_t expected_in(base::Rate rate, Duration time) {
  return base::scale(rate.micro_per_second, time.count(), 1'000'000);
}
Duration time_for(base::Rate rate, std::int64_t expected) {
  return Duration(std::max<std::int64_t>(
      1, base::scale(expected, 1'000'000, std::max<std::int64_t>(1, rate.micro_per_second))));
}

}  // namespace

Arrivals::Arrivals(const model::Load& load, std::uint64_t seed, Part part, Duration length)
    : load_(load),
      random_(base::KeyedRandom(seed).with("arrival").with(load.name).with(static_cast<int>(part))),
      part_(part),
      end_(part == Part::warmup ? Duration::zero() : length),
      burst_left_(part == Part::load && load.burst ? load.burst->count : 0) {
  const Duration start = part == Part::warmup ? -length : load.start;
  regular_ = advance(start, 0);
}

Arrivals::Pace Arrivals::pace_at(Duration time) const {
  base::Rate rate = load_.rate;
  Duration begin = load_.start;
  for (const model::Stage& stage : load_.stages) {
    const Duration end = begin + stage.over;
    if (time < end) {
      if (!stage.to) return {rate, end};
      const std::int64_t change = stage.to->micro_per_second - rate.micro_per_second;
      return {
          {rate.micro_per_second + base::scale(change, (time - begin).count(), stage.over.count())},
          time};
    }
    begin = end;
    if (stage.to) rate = *stage.to;
  }
  return {rate, end_};
}

Duration Arrivals::advance(Duration from, std::uint64_t n) const {
  std::int64_t needed = one;
  if (load_.arrivals == model::Load::Arrivals::poisson) {
    needed = random_.with(n).exponential(Duration(one)).count();
  } else if (n == 0) {
    needed = 0;  // constant arrivals begin at once
  }
  if (part_ == Part::warmup || load_.stages.empty())
    return needed == 0 ? from : from + time_for(load_.rate, needed);
  while (from < end_) {
    const Pace pace = pace_at(from);
    const std::int64_t in_slice = expected_in(pace.rate, slice);
    if (needed <= in_slice) return needed == 0 ? from : from + time_for(pace.rate, needed);
    // Slices of one rate are taken together: those that begin before it changes, and as many as do
    // not suffice.
    std::int64_t slices = std::max<std::int64_t>(1, (pace.until - from + slice - 1ns) / slice);
    if (in_slice > 0) slices = std::min(slices, (needed - 1) / in_slice);
    needed -= slices * in_slice;
    from += slices * slice;
  }
  return end_;
}

std::optional<Arrival> Arrivals::next() {
  const bool burst = burst_left_ > 0 && load_.burst->at <= regular_ && load_.burst->at < end_;
  if (burst) {
    --burst_left_;
    return Arrival{load_.burst->at, ++number_};
  }
  if (regular_ >= end_) return std::nullopt;
  const Duration intended = regular_;
  regular_ = advance(regular_, ++drawn_);
  return Arrival{intended, ++number_};
}

}  // namespace seawall::load
