// When requests are due. Open loop: an arrival waits for nothing. The plan is a pure function of
// the load and the seed, so the same seed gives the same intended times in every world.
//
// Constant arrivals are evenly spaced, Poisson arrivals have exponential gaps (from an integer
// logarithm). Where stages change the rate, the gap is measured in expected arrivals and walked
// through slices of 10 ms, over which the rate counts as constant (time rescaling: Brown et al.
// 2002).
#pragma once
#include <cstdint>
#include <optional>

#include "harness/base/keyed_random.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::load {

using base::Duration;

struct Arrival {
  Duration intended;     // since time 0; negative in the warm-up
  std::uint64_t number;  // from 1, by intended time; warm-up and load count apart
};

class Arrivals {
 public:
  enum class Part : std::uint8_t { warmup, load };

  // The arrivals of one part: [-length, 0) for the warm-up, [load.start, length) for the load.
  Arrivals(const model::Load& load, std::uint64_t seed, Part part, Duration length);

  // In order of time; nothing after the last.
  std::optional<Arrival> next();

 private:
  // The rate at some time, and how long it stays that.
  struct Pace {
    base::Rate rate;
    Duration until;
  };

  Pace pace_at(Duration time) const;
  Duration advance(Duration from, std::uint64_t n) const;

  const model::Load& load_;
  base::KeyedRandom random_;
  Part part_;
  Duration end_;
  Duration regular_;         // intended time of the next regular arrival
  std::uint64_t drawn_ = 0;  // regular arrivals so far
  std::int64_t burst_left_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace seawall::load
