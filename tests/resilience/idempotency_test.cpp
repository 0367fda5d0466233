#include "targets/resilience/idempotency.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using testing::at;
using Standing = Idempotency::Standing;

KeptAnswer kept() {
  KeptAnswer answer;
  answer.payload_hash = 7;
  answer.status = 402;
  answer.body = R"({"reason":"declined"})";
  answer.at = at(0s);
  return answer;
}

TEST_CASE("a key that is new is first and a known one is replayed") {
  Idempotency keys{model::Idempotency{}};
  CHECK(keys.judge(std::nullopt, 7, at(1s)) == Standing::first);
  CHECK(keys.judge(kept(), 7, at(1s)) == Standing::replay);
  const model::Response replayed = Idempotency::answer(kept());
  CHECK(replayed.status == 402);
  CHECK(replayed.body == R"({"reason":"declined"})");
}

TEST_CASE("a key that is used again with another body is a mismatch") {
  Idempotency keys{model::Idempotency{}};
  CHECK(keys.judge(kept(), 8, at(1s)) == Standing::mismatch);
  CHECK(keys.mismatch().status == 422);
  CHECK(keys.mismatch().body == R"({"reason":"key_reused"})");
}

TEST_CASE("a key is in flight until its request has ended in whatever way") {
  Idempotency keys{model::Idempotency{}};
  {
    const auto first = keys.enter("o-1");
    CHECK(first);
    CHECK_FALSE(keys.enter("o-1"));
    CHECK(keys.enter("o-2"));
    CHECK(keys.in_flight().status == 409);
    CHECK(keys.in_flight().body == R"({"reason":"key_in_flight"})");
  }
  CHECK(keys.enter("o-1"));
}

TEST_CASE("requests without a key never wait for each other") {
  Idempotency keys{model::Idempotency{}};
  const auto one = keys.enter("");
  const auto other = keys.enter("");
  CHECK(one);
  CHECK(other);
}

TEST_CASE("a key is forgotten after its time to live") {
  model::Idempotency settings;
  settings.ttl = 1h;
  Idempotency keys(settings);
  CHECK(keys.judge(kept(), 7, at(1h)) == Standing::replay);
  CHECK(keys.judge(kept(), 7, at(1h + 1ns)) == Standing::first);
}

TEST_CASE("without idempotency keys are ignored") {
  Idempotency keys{{}};
  CHECK_FALSE(keys.tombstones());
  const auto one = keys.enter("o-1");
  const auto other = keys.enter("o-1");
  CHECK(one);
  CHECK(other);
  CHECK(keys.judge(kept(), 8, at(1s)) == Standing::first);
  std::vector<record::PatternUse> uses;
  keys.collect("order -> payment", uses);
  CHECK(uses.empty());
}

TEST_CASE("replays, refusals by key and what a tombstone turns away are counted") {
  Idempotency keys{model::Idempotency{}};
  keys.judge(std::nullopt, 7, at(0s));
  keys.judge(kept(), 7, at(0s));
  keys.judge(kept(), 8, at(0s));
  keys.in_flight();
  keys.turned_away();
  std::vector<record::PatternUse> uses;
  keys.collect("order -> payment", uses);
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].pattern == "idempotency");
  CHECK(uses[0].acted == 4);
}

}  // namespace
}  // namespace seawall::resilience
