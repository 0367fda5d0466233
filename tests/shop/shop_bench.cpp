// What the shop costs in the simulated world: 60 s at 200 orders/s, no faults, preset `field`.
// Run by hand, in a release build: shop_bench [ROUNDS]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "harness/sim/world.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::bench {

using namespace std::chrono_literals;

constexpr std::uint64_t orders = 12'000;
constexpr base::Duration gap = 5ms;

runtime::Task<> place(runtime::Env& env, std::uint64_t number) {
  model::Request request(model::Method::post, "/orders",
                         R"({"customer":"c-1","sku":"sku-1","quantity":1})");
  request.idempotency_key = "key-" + std::to_string(number);
  request.index.subject = {base::Subject::Kind::order, number};
  request.index.operation = "place-order";
  request.deadline = env.now() + 5s;
  runtime::Call call(env, "gateway", std::move(request));
  const auto answer = co_await call;
  if (!answer || answer->status != 201) std::abort();
  co_return {};
}

runtime::Task<> drive(runtime::Env& env) {
  for (std::uint64_t number = 1; number <= orders; ++number) {
    env.spawn(place(env, number));
    runtime::Sleep sleep(env, env.now() + gap);
    co_await sleep;
  }
  co_return {};
}

double round() {
  model::Scenario scenario;
  const model::Preset field = shop::presets().at("field");
  scenario.policy = field.policy;
  scenario.target.capacity = shop::capacity();
  scenario.target.capacity["payment"].workers = 8;
  const runtime::Target target = shop::make_target(scenario);
  runtime::WorldSetup setup;
  setup.target = &target;
  sim::World world(setup);
  if (!world.start()) std::abort();
  const std::clock_t start = std::clock();
  world.drive([](runtime::Env& env) { return drive(env); });
  world.advance(world.now() + 61s);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  record::Record record;
  world.finish(record);
  std::printf("%zu ledger rows, %zu calls\n", record.ledger.size(), record.exchanges.size());
  return seconds;
}

}  // namespace seawall::bench

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  for (int i = 0; i < rounds; ++i) {
    const double seconds = seawall::bench::round();
    std::printf("%.3f s of CPU: %.1f us for each order, %.0f times real time\n", seconds,
                seconds * 1e6 / static_cast<double>(seawall::bench::orders), 60 / seconds);
  }
}
