#include "targets/resilience/throttle.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/integer_math.hpp"

namespace seawall::resilience {

// The factor is rounded once; from then on integers decide.
Throttle::Throttle(const model::Throttle& settings)
    : k_thousandths_(static_cast<std::int64_t>(settings.k * 1000 + 0.5)),
      most_ppm_(settings.max_rejection.ppm),
      recent_(settings.window) {}

bool Throttle::admit(base::TimePoint now, const base::KeyedRandom& draw) {
  const base::Share share = rejection(now);
  recent_.add(now, {1, 0});
  return !draw.hits(share) || planted(Bug::throttle_open);
}

void Throttle::take_back(base::TimePoint now) { recent_.add(now, {-1, 0}); }

// Whoever answers for the business accepted the attempt, also where the answer is a refusal.
void Throttle::finish(base::TimePoint now, const Attempt& result) {
  if (settles(result)) recent_.add(now, {0, 1});
}

base::Share Throttle::rejection(base::TimePoint now) {
  const auto& [attempts, accepted] = recent_.sums(now);
  const std::int64_t excess = 1000 * attempts - k_thousandths_ * accepted;
  if (excess <= 0) return {};
  return {std::min(most_ppm_, base::scale(excess, 1000, attempts + 1))};
}

}  // namespace seawall::resilience
