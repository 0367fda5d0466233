// How long it takes to explore one order of the shop: all single faults and all pairs, on one core.
// Processor time, because the machine may be shared.
//
// Run by hand: explore_bench [DEPTH]
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "harness/explore/explore.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/shop_words.hpp"

namespace seawall::bench {

constexpr const char* scenario_text = R"(
schema = 1
[scenario]
name = "one order"
[load]
rate = "1/s"
[[load.request]]
use = "place-order"
)";

int run(int depth) {
  const model::Vocabulary vocabulary = test::shop_words();
  const auto reading = scenario::read_scenario_text("bench.toml", scenario_text, {}, vocabulary);
  const auto text = explore::one_order(reading->scenario, 1);
  explore::Setup setup;
  setup.text = *text;
  setup.words = &vocabulary;
  setup.make_target = shop::make_target;
  setup.limits.depth = depth;
  setup.in_parallel = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) work(i);
  };
  const std::clock_t begun = std::clock();
  const explore::Exploration exploration = explore::explore(setup);
  const double took = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::int64_t runs = 0;
  for (const explore::Level& level : exploration.searched.levels) runs += level.run;
  std::printf("%lld runs of one order to a depth of %d in %.2f s of processor time: %.0f us each\n",
              static_cast<long long>(runs), depth, took, took * 1e6 / static_cast<double>(runs));
  return exploration.findings.empty() ? 0 : 1;
}

}  // namespace seawall::bench

int main(int argc, char** argv) {
  int depth = 2;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), depth);
  return seawall::bench::run(depth);
}
