// What a pattern is worth: for each there is a scenario that it alone saves, and on a shop in which
// nothing fails it harms nothing. (What the retry budget is worth is what tests/matrix/storm.toml
// shows.)
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace seawall::tests {

namespace {

constexpr std::string_view to_payment = "policy.\"order -> payment\".";
constexpr std::string_view to_order = "policy.\"gateway -> order\".";
constexpr std::string_view to_inventory = "policy.\"gateway -> inventory\".";
constexpr std::string_view to_shipping = "policy.\"gateway -> shipping\".";
constexpr std::string_view to_gateway = "policy.\"client -> gateway\".";

struct Setting {
  std::string_view link;
  std::string_view value;  // of a pattern of that link
  std::string text() const { return std::string(link) + std::string(value); }
};

struct Worth {
  std::string_view scenario;
  Setting taken_away;
  std::vector<Setting> others;  // that would save the run too
};

int exit_of(std::string_view scenario, const std::vector<Setting>& settings) {
  std::vector<std::string> words = {
      "run",    SEAWALL_SOURCE_DIR "/scenarios/" + std::string(scenario),
      "--mode", "sim",
      "--set",  "scenario.exercises=[]"};
  for (const Setting& setting : settings) {
    words.push_back("--set");
    words.push_back(setting.text());
  }
  const Desk desk;
  const Ended ended = desk.seawall(words);
  UNSCOPED_INFO(ended.out << ended.err);
  return ended.status;
}

}  // namespace

TEST_CASE("each pattern is the difference between pass and fail somewhere") {
  if (SEAWALL_SANITIZED) return;  // two dozen whole runs, of which the suite has others
  const std::vector<Worth> table = {
      {"antipatterns/59-network-failures-ignored.toml",
       {to_order, "timeout=false"},
       {{to_order, "circuit_breaker=false"}, {to_order, "bulkhead=false"}}},
      {"calls/18-partial-errors.toml", {to_payment, "retry=false"}, {}},
      {"calls/06-payment-refused.toml",
       {to_payment, "circuit_breaker=false"},
       {{to_payment, "retry_budget=false"}, {to_payment, "bulkhead=false"}}},
      {"calls/19-bulkhead-isolation.toml",
       {to_payment, "bulkhead=false"},
       {{to_payment, "circuit_breaker=false"},
        {to_payment, "timeout=false"},
        {to_order, "circuit_breaker=false"},
        {to_order, "bulkhead=false"}}},
      {"antipatterns/58-distributed-monolith.toml", {to_shipping, "fallback=false"}, {}},
      {"calls/02-lost-charge-reply.toml", {to_payment, "idempotency=false"}, {}},
      {"gateway/54-noisy-client.toml", {to_gateway, "rate_limiter=false"}, {}},
      {"calls/12-cold-cache.toml", {to_inventory, "cache.coalesce=false"}, {}},
      {"calls/55-hedged-tail.toml", {to_inventory, "hedge=false"}, {}},
      {"gateway/14-overload.toml", {to_gateway, "concurrency_limit=false"}, {}},
      {"calls/62-client-throttle.toml", {to_payment, "throttle=false"}, {}},
      {"gateway/24-gray-instance.toml", {to_payment, "outlier=false"}, {}},
  };
  for (const Worth& worth : table) {
    INFO(worth.scenario << " " << worth.taken_away.text());
    std::vector<Setting> settings = worth.others;
    CHECK(exit_of(worth.scenario, settings) == 0);
    settings.push_back(worth.taken_away);
    const int without = exit_of(worth.scenario, settings);
    CHECK((without == 1 || without == 3));
  }
}

TEST_CASE("no pattern harms a shop in which nothing fails") {
  // What the preset has is there in scenario 01 anyway; these are off until they are asked for.
  const auto added = std::to_array<Setting>({
      {to_gateway, "rate_limiter={rate=\"500/s\",burst=100}"},
      {to_gateway, "concurrency_limit={algorithm=\"aimd\"}"},
      {to_gateway, "concurrency_limit={algorithm=\"vegas\"}"},
      {to_gateway, "concurrency_limit={algorithm=\"gradient2\"}"},
      {to_inventory, "hedge={delay=\"p95\"}"},
      {to_inventory, "cache={ttl=\"1s\",coalesce=true}"},
      {to_inventory, "fallback={kind=\"stale_cache\"}"},
      {to_payment, "throttle={k=2.0}"},
  });
  for (const Setting& setting : added) {
    INFO(setting.text());
    CHECK(exit_of("calls/01-baseline.toml", {setting}) == 0);
    if (SEAWALL_SANITIZED) break;
  }
}

}  // namespace seawall::tests
