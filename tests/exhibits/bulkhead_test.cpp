// What the semaphores of the seeds do: nobody is refused, and the queue is somewhere else.
#include "targets/shop/shop.hpp"
#include "tests/resilience/client_bench.hpp"
#include "tests/support/catch.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;

model::Bulkhead bulkhead_of_seed(const std::string& preset, const std::string& part) {
  return *shop::presets().at(preset).policy.of({"order", part}).bulkhead;
}

}  // namespace

TEST_CASE("payment has ten permits and inventory twenty", "[exhibit]") {
  for (const std::string preset : {"seed-000", "seed-002"}) {
    CHECK(bulkhead_of_seed(preset, "payment").max_concurrent == 10);
    CHECK(bulkhead_of_seed(preset, "inventory").max_concurrent == 20);
  }
}

TEST_CASE("a semaphore refuses nobody, however long that takes", "[exhibit]") {
  constexpr int calls = 200;
  for (const bool is_seed : {true, false}) {
    FakeEnv env;
    env.callee = [](const FakeEnv::Sent&) { return FakeEnv::answer(2s, 200); };
    model::LinkPolicy policy;
    policy.bulkhead = is_seed ? bulkhead_of_seed("seed-002", "payment") : model::Bulkhead{10};
    Client client(env, order_to_payment, policy);
    std::vector<std::unique_ptr<Calling>> all;
    for (int i = 0; i < calls; ++i)
      all.push_back(std::make_unique<Calling>(env, client.call(charge())));
    env.run();
    int answered = 0;
    for (const auto& one : all) answered += one->value()->ok();
    CHECK(answered == (is_seed ? calls : 10));
    // Ten at a time: the last of the two hundred has waited for the others.
    CHECK(env.now() == at(is_seed ? calls / 10 * 2s : 2s));
  }
}

}  // namespace seawall::resilience
