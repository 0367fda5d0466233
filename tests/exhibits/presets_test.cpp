// The presets of the shop, as a file gets them and overlays them.
#include "harness/base/text.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::shop {
namespace {

using namespace std::chrono_literals;
using base::Share;
using Machine = model::CircuitBreaker::Machine;

const base::Link to_payment{"order", "payment"};

auto read(const std::string& rest) {
  const std::string head = R"(schema = 1
[scenario]
name = "presets"
[run]
settle = "120s"
[[load.request]]
use = "place-order"
)";
  model::Vocabulary words;
  add_words(words);
  return scenario::read_scenario_text("presets.toml", head + rest, {}, words);
}

// What is wrong with it, without its place.
std::string mistake(const std::string& rest) {
  const auto reading = read(rest);
  if (reading) return {};
  const base::Diagnostic& first = reading.error().front();
  return first.message + (first.hint.empty() ? "" : " | " + first.hint);
}

}  // namespace

TEST_CASE("a preset fills policy and saga and target and what the file says beside it wins",
          "[exhibit]") {
  using Target = model::Target;
  const auto plain = read("[policy]\npreset = \"seed-000\"\n");
  REQUIRE(plain);
  CHECK(plain->scenario.saga.pivot == model::Saga::Pivot::confirm);
  CHECK(plain->scenario.target.reserve == Target::Reserve::check_then_act);
  CHECK(plain->scenario.target.gateway == Target::Gateway::nulls);
  CHECK(plain->scenario.target.readiness == Target::Readiness::shared);
  CHECK(plain->scenario.policy.of(to_payment).circuit_breaker->machine == Machine::seed_000);

  const auto beside = read(R"([policy]
preset = "seed-000"
[policy."order -> payment"]
circuit_breaker = { machine = "sound", size = 20 }
[saga]
pivot = "charge"
[target]
gateway = "truthful"
)");
  REQUIRE(beside);
  CHECK(beside->scenario.saga.pivot == model::Saga::Pivot::charge);
  CHECK(beside->scenario.saga.log == model::Saga::Log::memory);
  CHECK(beside->scenario.target.gateway == Target::Gateway::truthful);
  CHECK(beside->scenario.target.readiness == Target::Readiness::shared);
  const model::LinkPolicy policy = beside->scenario.policy.of(to_payment);
  CHECK(policy.circuit_breaker->machine == Machine::sound);
  CHECK(policy.circuit_breaker->consecutive_failures == 5);
}

TEST_CASE("misspelt words of exhibits are answered with the nearest", "[exhibit]") {
  CHECK(mistake("[policy]\npreset = \"seed-02\"\n").ends_with("did you mean \"seed-002\"?"));
  CHECK(mistake("[policy]\npreset = \"resilience4j\"\n").starts_with("unknown preset"));
  const auto of_link = [](const std::string& key) {
    return mistake("[policy.\"order -> payment\"]\n" + key + "\n");
  };
  CHECK(of_link("circuit_breaker.machine = \"seed-001\"") ==
        "unknown machine \"seed-001\"; expected one of sound, seed-000, seed-002, library | did "
        "you mean \"seed-000\"?");
  CHECK(of_link("circuit_breaker.machine = \"seed-002\"") ==
        "machine = \"seed-002\" without consecutive_failures; expected how many in a row open it");
  CHECK(of_link("circuit_breaker = { machine = \"seed-002\", consecutive_failures = 5 }") == "");
  CHECK(of_link("retry.exhausted = \"wait\"").starts_with("unknown exhausted \"wait\""));
  CHECK(of_link("timeout.per_reed = true").ends_with("did you mean \"per_read\"?"));
  CHECK(mistake("[saga]\npivot = \"confrim\"\n").ends_with("did you mean \"confirm\"?"));
  CHECK(mistake("[saga]\ngiven_up = true\n").starts_with("found true"));
  CHECK(mistake("[saga]\narguments = \"shiftd\"\n").ends_with("did you mean \"shifted\"?"));
  CHECK(mistake("[target]\ngateway = \"null\"\n").ends_with("did you mean \"nulls\"?"));
  CHECK(mistake("[target]\nreadiness = \"shard\"\n").ends_with("did you mean \"shared\"?"));
}

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
