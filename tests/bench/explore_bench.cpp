// How fast orders of the shop (five services) are put under faults and judged, on one core: one
// order under all single faults, pairs and triples, and the fuzzer's many orders a run. Processor
// time, because the machine may be shared.
//
// Run by hand: explore_bench [DEPTH [RUNS]]
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "harness/explore/explore.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/swarm/fuzz.hpp"
#include "targets/shop/shop.hpp"
#include "tests/bench/machine.hpp"
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

const explore::InParallel alone = [](std::size_t count,
                                     const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < count; ++i) work(i);
};

// Since it was made.
class Stopwatch {
 public:
  double seconds() const { return static_cast<double>(std::clock() - begun_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t begun_ = std::clock();
};

bool measure_one_order(const model::Scenario& scenario, const model::Vocabulary& words, int depth) {
  explore::Setup setup;
  setup.text = *explore::one_order(scenario, 1);
  setup.words = &words;
  setup.make_target = shop::make_target;
  setup.limits.depth = depth;
  setup.in_parallel = alone;
  const Stopwatch watch;
  const explore::Exploration exploration = explore::explore(setup);
  const double took = watch.seconds();
  std::int64_t runs = 0;
  for (const explore::Level& level : exploration.searched.levels) runs += level.run;
  std::printf("one order, up to %d faults: %lld runs, %zu violations, %.2f s: %.0f us each\n",
              depth, static_cast<long long>(runs), exploration.findings.size(), took,
              took * 1e6 / static_cast<double>(runs));
  return exploration.findings.empty();
}

bool measure_fuzz(const model::Scenario& scenario, const model::Vocabulary& words,
                  std::int64_t runs, std::int64_t orders) {
  swarm::Setup setup;
  setup.ground = {&scenario, &words, shop::make_target};
  setup.orders = orders;
  setup.runs = runs;
  setup.in_parallel = alone;
  const Stopwatch watch;
  const auto result = swarm::fuzz(setup);
  const double took = watch.seconds();
  std::printf(
      "fuzz, %lld orders a run: %lld runs, %lld faults, %lld violations, %.2f s: %.0f orders/s\n",
      static_cast<long long>(orders), static_cast<long long>(runs),
      static_cast<long long>(result->faults), static_cast<long long>(result->violations), took,
      static_cast<double>(runs * orders) / took);
  for (const swarm::Found& found : result->findings)
    std::printf("  %s: %s\n", found.signature.c_str(), found.why.c_str());
  return result->findings.empty();
}

int run(int depth, std::int64_t runs) {
  const model::Vocabulary words = test::shop_words();
  const auto reading = scenario::read_scenario_text("bench.toml", scenario_text, {}, words);
  const model::Scenario& scenario = reading->scenario;
  std::printf("%s\n", machine().c_str());
  bool held = true;
  for (int faults = 1; faults <= depth; ++faults)
    held &= measure_one_order(scenario, words, faults);
  for (const std::int64_t orders : {20, 100})
    held &= measure_fuzz(scenario, words, std::max<std::int64_t>(1, runs * 20 / orders), orders);
  return held ? 0 : 1;
}

}  // namespace seawall::bench

int main(int argc, char** argv) {
  int depth = 3;
  std::int64_t runs = 20'000;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), depth);
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), runs);
  return seawall::bench::run(depth, runs);
}
