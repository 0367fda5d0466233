// The presets of the shop, as a file gets them and overlays them.
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::shop {
namespace {

using namespace std::chrono_literals;
using base::Share;
using Machine = model::CircuitBreaker::Machine;

const base::Link to_payment{"order", "payment"};

}  // namespace

TEST_CASE("every preset is called by its own name", "[exhibit]") {
  for (const auto& [name, preset] : presets()) CHECK(preset.policy.preset == name);
  CHECK(presets().size() == 7);
}

TEST_CASE("only the seeds behave like the seeds", "[exhibit]") {
  for (const auto& [name, preset] : presets()) {
    INFO(name);
    const bool is_seed = name.starts_with("seed-");
    bool by_hand = false;
    bool per_read = false;
    for (const base::Link& link : links()) {
      const model::LinkPolicy policy = preset.policy.of(link);
      if (policy.circuit_breaker) by_hand |= policy.circuit_breaker->machine != Machine::sound;
      if (policy.timeout) per_read |= policy.timeout->per_read;
    }
    const bool sound_saga = preset.saga.log == model::Saga::Log::durable &&
                            preset.saga.in_doubt == model::Saga::InDoubt::compensate &&
                            preset.saga.arguments == model::Saga::Arguments::own;
    CHECK(sound_saga != is_seed);
    CHECK(by_hand == (name == "seed-000" || name == "seed-002"));
    CHECK(per_read == by_hand);
  }
}

TEST_CASE("one breaker of 000 stands before all that its gateway calls", "[exhibit]") {
  const model::Policy policy = presets().at("seed-000").policy;
  CHECK(policy.breaker_scope == model::Policy::BreakerScope::caller);
  for (const char* part : {"order", "payment", "inventory", "shipping"})
    CHECK(policy.of({"gateway", part}).circuit_breaker);
  CHECK(policy.of(to_payment).circuit_breaker);
  CHECK_FALSE(policy.of({"order", "inventory"}).circuit_breaker);
  CHECK(presets().at("seed-002").policy.breaker_scope == model::Policy::BreakerScope::link);
}

TEST_CASE("resilience4j-like has the defaults of its documentation", "[exhibit]") {
  const model::LinkPolicy policy = presets().at("resilience4j-like").policy.of(to_payment);
  const model::CircuitBreaker& breaker = *policy.circuit_breaker;
  CHECK(breaker.window == model::CircuitBreaker::Window::count);
  CHECK(breaker.size == 100);
  CHECK(breaker.minimum_calls == 100);
  CHECK(breaker.failure_rate == Share::percent(50));
  CHECK(breaker.slow_call == 60s);
  CHECK(breaker.slow_call_rate == Share::percent(100));
  CHECK(breaker.open_for == 60s);
  CHECK(breaker.half_open_calls == 10);
  CHECK_FALSE(breaker.half_open_max_wait);
  CHECK(policy.retry->max_attempts == 3);
  CHECK(policy.retry->initial_interval == 500ms);
  CHECK(policy.retry->max_interval == 500ms);
  CHECK(policy.bulkhead->max_concurrent == 25);
  CHECK(policy.bulkhead->max_wait == 0s);
  CHECK(policy.timeout->attempt == 1s);
  CHECK_FALSE(policy.retry_budget);
}

TEST_CASE("polly-like has the defaults of its documentation", "[exhibit]") {
  const model::LinkPolicy policy = presets().at("polly-like").policy.of(to_payment);
  const model::CircuitBreaker& breaker = *policy.circuit_breaker;
  CHECK(breaker.window == model::CircuitBreaker::Window::time);
  CHECK(breaker.window_time == 30s);
  CHECK(breaker.minimum_calls == 100);
  CHECK(breaker.failure_rate == Share::percent(10));
  CHECK(breaker.open_for == 5s);
  CHECK(breaker.half_open_calls == 1);
  CHECK(policy.retry->max_attempts == 4);
  CHECK(policy.retry->initial_interval == 2s);
  CHECK(policy.timeout->attempt == 10s);
  CHECK(policy.timeout->total == 30s);
  CHECK_FALSE(policy.bulkhead);
}

}  // namespace seawall::shop
