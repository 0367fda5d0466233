// How many orders of the shop a second the fuzzer puts under random faults and judges, on one core.
// Processor time, because the machine may be shared.
//
// Run by hand: fuzz_bench [RUNS [ORDERS]]
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "harness/scenario/reader.hpp"
#include "harness/swarm/fuzz.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/shop_words.hpp"

namespace seawall::bench {

constexpr const char* scenario_text = R"(
schema = 1
[scenario]
name = "orders"
[load]
rate = "1/s"
[[load.request]]
use = "place-order"
)";

int run(std::int64_t runs, std::int64_t orders) {
  const model::Vocabulary vocabulary = test::shop_words();
  const auto reading = scenario::read_scenario_text("bench.toml", scenario_text, {}, vocabulary);
  swarm::Setup setup;
  setup.ground = {&reading->scenario, &vocabulary, shop::make_target};
  setup.orders = orders;
  setup.runs = runs;
  setup.in_parallel = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) work(i);
  };
  const std::clock_t begun = std::clock();
  const auto result = swarm::fuzz(setup);
  const double took = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::printf(
      "%lld runs of %lld orders, %lld faults, %lld violations, in %.2f s of processor time: "
      "%.0f orders/s, %.0f us a run\n",
      static_cast<long long>(runs), static_cast<long long>(orders),
      static_cast<long long>(result->faults), static_cast<long long>(result->violations), took,
      static_cast<double>(runs * orders) / took, took * 1e6 / static_cast<double>(runs));
  for (const swarm::Found& found : result->findings)
    std::printf("  %s: %s\n", found.signature.c_str(), found.why.c_str());
  return result->findings.empty() ? 0 : 1;
}

}  // namespace seawall::bench

int main(int argc, char** argv) {
  std::int64_t runs = 5000;
  std::int64_t orders = 20;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), runs);
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), orders);
  return seawall::bench::run(runs, orders);
}
