#include "tests/compare/gate_simulation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "harness/base/keyed_random.hpp"
#include "harness/compare/paired_decision.hpp"
#include "harness/stats/log_ratio.hpp"

namespace seawall::tests {
namespace {

using base::KeyedRandom;
using compare::PairedDecision;

constexpr std::int64_t requests = 10'000;
constexpr double usual_errors = 0.002;

double uniform(const KeyedRandom& draw) {
  return (static_cast<double>(draw.bits() >> 11) + 0.5) / 9007199254740992.0;  // 2^53
}

// Box and Muller, Annals of Mathematical Statistics 29 (1958).
double normal(const KeyedRandom& draw) {
  return std::sqrt(-2 * std::log(uniform(draw.with(1)))) *
         std::cos(2 * std::numbers::pi * uniform(draw.with(2)));
}

struct SimulatedRun {
  std::array<double, 3> log_quantile{};  // p50 p90 p99
  std::int64_t errors = 0;
};

SimulatedRun simulated_run(const Noise& noise, const Effect& effect, double of_pair,
                           const KeyedRandom& draw) {
  const double shared = normal(draw.with("shared"));
  double disturbance = 0;
  if (uniform(draw.with("disturbed")) < noise.disturbed)
    disturbance = -0.3 * std::log(uniform(draw.with("how much")));
  const std::array<double, 3> sd = {noise.sd_of_log_p99 / 4, noise.sd_of_log_p99 / 2,
                                    noise.sd_of_log_p99};
  const std::array<double, 3> slower = {effect.p50, effect.p90, effect.p99};
  SimulatedRun run;
  for (std::size_t i = 0; i < sd.size(); ++i) {
    const double own = normal(draw.with("own").with(i));
    run.log_quantile[i] = std::log1p(slower[i]) + of_pair +
                          sd[i] * (shared + own) / std::numbers::sqrt2 + disturbance;
  }
  // Errors come in heaps: their share varies from run to run by half of it.
  const double share = usual_errors * std::exp(0.5 * normal(draw.with("errors"))) + effect.errors;
  run.errors =
      std::min<std::int64_t>(requests, std::llround(share * static_cast<double>(requests)));
  return run;
}

compare::Pair pair_of(const SimulatedRun& a, const SimulatedRun& b) {
  compare::Pair pair;
  for (std::size_t i = 0; i < pair.log_ratios.size(); ++i)
    pair.log_ratios[i] = std::llround((b.log_quantile[i] - a.log_quantile[i]) * stats::log_units);
  pair.errors_a = {a.errors, requests};
  pair.errors_b = {b.errors, requests};
  return pair;
}

}  // namespace

Outcomes simulate_gates(const Noise& noise, const Effect& effect, int gates, std::uint64_t seed) {
  Outcomes outcomes;
  for (int gate = 0; gate < gates; ++gate) {
    const KeyedRandom draw = KeyedRandom(seed).with(gate);
    PairedDecision decision(compare::wall_time_tolerances());
    for (int pair = 0; !decision.has_ended(); ++pair) {
      const KeyedRandom of_pair = draw.with(pair);
      const double machine = noise.sd_of_log_p99 * normal(of_pair.with("machine"));
      decision.add(pair_of(simulated_run(noise, {}, machine, of_pair.with("A")),
                           simulated_run(noise, effect, machine, of_pair.with("B"))));
    }
    ++outcomes.gates;
    outcomes.pairs += static_cast<std::int64_t>(decision.pairs());
    switch (decision.state()) {
      case PairedDecision::State::failed:
        ++outcomes.failed;
        break;
      case PairedDecision::State::passed:
        ++outcomes.passed;
        break;
      default:
        ++outcomes.undecided;
    }
  }
  return outcomes;
}

}  // namespace seawall::tests
