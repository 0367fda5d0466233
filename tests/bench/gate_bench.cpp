// How often the gate in wall time errs, and what it finds: the table of docs/gate.md. The decision
// code is that of `seawall gate`; runs are drawn with the noise that was measured on a shared
// machine of two cores.
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "tests/compare/gate_simulation.hpp"

using seawall::tests::Effect;
using seawall::tests::Noise;
using seawall::tests::Outcomes;
using seawall::tests::simulate_gates;
using seawall::tests::uniform_effect;

namespace {

struct Row {
  const char* text;
  Effect effect;
};
constexpr Row rows[] = {
    {"none (A/A)", {}},
    {"+5 % throughout", {0.05, 0.05, 0.05, 0}},
    {"+10 % throughout", {0.1, 0.1, 0.1, 0}},
    {"+20 % throughout", {0.2, 0.2, 0.2, 0}},
    {"+20 % of p99 alone", {0, 0, 0.2, 0}},
    {"+50 % of p99 alone", {0, 0, 0.5, 0}},
    {"+1 % of requests fail", {0, 0, 0, 0.01}},
};

void print(double sd, double disturbed, const Row& row, int gates) {
  const Outcomes outcomes = simulate_gates({sd, disturbed}, row.effect, gates, 1);
  std::printf("| %.2f | %.0f %% | %s | %.2f %% | %.1f %% | %.1f %% | %.1f |\n", sd, 100 * disturbed,
              row.text, 100 * outcomes.share(outcomes.failed),
              100 * outcomes.share(outcomes.passed), 100 * outcomes.share(outcomes.undecided),
              static_cast<double>(outcomes.pairs) / outcomes.gates);
}

}  // namespace

// gate_bench [GATES]: for each row.
int main(int argc, char** argv) {
  const int gates = argc > 1 ? std::atoi(argv[1]) : 10'000;
  if (gates < 1) {
    std::fprintf(stderr, "gate_bench: expected a number of gates, found '%s'\n", argv[1]);
    return 2;
  }
  std::printf(
      "| sd of log p99 | disturbed runs | B is slower by | FAIL | PASS | INCONCLUSIVE | pairs |\n"
      "|--:|--:|---|--:|--:|--:|--:|\n");
  for (const double sd : {0.03, 0.13, 0.20, 0.29})
    for (const double disturbed : {0.0, 0.05})
      for (const Row& row : rows) print(sd, disturbed, row, gates);
  return 0;
}
