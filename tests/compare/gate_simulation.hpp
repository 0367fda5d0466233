// Gates over runs that were never run: what comes out of the decision code itself, thousands of
// times, when a machine's noise and the true difference are known. Used by a test with few gates,
// and by gate_bench with many.
//
// A run's log quantile is its true value, plus the noise of the run, now and then a disturbance
// that makes it slower, plus what the machine does for both runs of a pair. Of p50 and p90 the
// noise is a quarter and half of that of p99, and half of it is shared, as in measured runs.
#pragma once
#include <cstdint>

namespace seawall::tests {

struct Noise {
  double sd_of_log_p99 = 0.13;
  double disturbed = 0.05;  // share of the runs
};

// B is so much slower: 0.1 is 10 %. Errors in shares of all requests.
struct Effect {
  double p50 = 0, p90 = 0, p99 = 0;
  double errors = 0;
};
inline Effect uniform_effect(double slower) { return {slower, slower, slower, 0}; }

struct Outcomes {
  int gates = 0;
  int failed = 0;
  int passed = 0;
  int undecided = 0;
  std::int64_t pairs = 0;
  double share(int outcomes) const { return static_cast<double>(outcomes) / gates; }
};

// `gates` of them, with draws that follow from `seed` alone.
Outcomes simulate_gates(const Noise& noise, const Effect& effect, int gates, std::uint64_t seed);

}  // namespace seawall::tests
