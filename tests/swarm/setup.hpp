// The shop as the fuzzer sees it.
#pragma once
#include "harness/swarm/fuzz.hpp"
#include "targets/shop/shop.hpp"
#include "tests/explore/shop.hpp"

namespace seawall::test {

// Owns the scenario that its setup points to.
struct Fuzzed {
  explicit Fuzzed(std::string_view tables = {}, std::int64_t runs = 60)
      : scenario(shop_scenario(tables)) {
    setup.ground = {&scenario, &words(), shop::make_target};
    setup.version = "test";
    setup.orders = 8;
    setup.runs = runs;
    setup.in_parallel = [](std::size_t count, const std::function<void(std::size_t)>& work) {
      for (std::size_t i = 0; i < count; ++i) work(i);
    };
  }
  Fuzzed(const Fuzzed&) = delete;

  swarm::Result run() const { return *swarm::fuzz(setup); }

  const model::Scenario scenario;
  swarm::Setup setup;
};

}  // namespace seawall::test
