#include "faults/plan/delay.hpp"

#include <algorithm>

#include "faults/plan/quantiles.hpp"
#include "harness/base/integer_math.hpp"

namespace seawall::plan {
namespace {

// Between two entries on a line.
Duration of_table(const std::vector<Duration>& table, std::uint64_t bits) {
  if (table.empty()) return {};
  const std::uint64_t steps = table.size() - 1;
  const std::uint64_t place = (bits >> 32) * steps;  // in 2^-32 of a step
  const auto below = static_cast<std::size_t>(place >> 32);
  const auto within = static_cast<std::int64_t>(place & 0xffffffff);
  if (below == steps) return table.back();
  const Duration step = table[below + 1] - table[below];
  return table[below] + Duration(base::scale(step.count(), within, std::int64_t{1} << 32));
}

Duration jitter_of(const Delay& delay, const base::KeyedRandom& key) {
  switch (delay.distribution) {
    case model::Distribution::table:
      return of_table(delay.table, key.bits());
    case model::Distribution::uniform:
      return key.within(2 * delay.jitter + Duration(1)) - delay.jitter;
    default:
      return spread(delay.jitter, quantiles(delay.distribution), key.bits());
  }
}

}  // namespace

Duration draw(const Delay& delay, const base::KeyedRandom& key) {
  return std::max(delay.latency + jitter_of(delay, key), Duration{});
}

Duration draw(const Loss& loss, const base::KeyedRandom& key) {
  Duration stall{};
  Duration timer = loss.timer;
  base::Share lost = loss.share;
  for (int n = 0; n < most_losses && key.with("loss").with(n).hits(lost); ++n) {
    stall += timer;
    timer *= 2;
    lost = loss.burst;
  }
  return stall;
}

}  // namespace seawall::plan
