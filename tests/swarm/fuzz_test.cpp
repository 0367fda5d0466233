// Fuzzing: what it finds, that it finds the same however it is run, and how small that gets.
#include <algorithm>

#include <planted.hpp>

#include "harness/scenario/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/swarm/setup.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view no_keys = "[policy.\"order -> payment\"]\nidempotency = false\n";

}  // namespace

TEST_CASE("orders of good practice come through random faults", "[swarm]") {
  const swarm::Result result = Fuzzed({}, 300).run();
  for (const swarm::Found& found : result.findings) UNSCOPED_INFO(found.broken.front() + found.why);
  CHECK(result.findings.empty());
  CHECK(result.complete);
  CHECK(result.runs == 300);
  CHECK(result.exit == 0);
  for (const swarm::KindUse& use : result.kinds) {
    INFO(use.kind);
    CHECK(use.drawn > 0);
  }
}

TEST_CASE("what many orders show under many faults is shrunk to one of each", "[swarm]") {
  const swarm::Result result = Fuzzed(no_keys).run();
  REQUIRE_FALSE(result.findings.empty());
  const swarm::Found& found = result.findings.front();
  CHECK(found.broken.front() == "A1 no-double-charge");
  CHECK(found.plan.size() == 1);
  CHECK(found.orders == 1);
  CHECK(found.other_broken == found.other_seeds);
  CHECK(found.hint.find("Keys are ignored on order -> payment") != std::string::npos);
  CHECK(result.exit == 1);
  CHECK(scenario::read_scenario_text("found.toml", found.scenario, {}, words()).has_value());
}

TEST_CASE("the shards of a fuzzing find together what one run of it finds", "[swarm]") {
  const swarm::Result whole = Fuzzed(no_keys).run();
  std::vector<swarm::Result> parts;
  for (const std::int64_t shard : {3, 1, 2}) {
    Fuzzed part(no_keys);
    part.setup.shard = shard;
    part.setup.shards = 3;
    parts.push_back(*swarm::parse_result(swarm::result_json(part.run()), "test"));
  }
  const auto merged = swarm::merge(parts);
  REQUIRE(merged.has_value());
  CHECK(swarm::result_json(*merged) == swarm::result_json(whole));
  CHECK(swarm::result_text(*merged) == swarm::result_text(whole));
}

// A verdict alone spares what only the other looks need; it must not be another one for that.
TEST_CASE("a run that is only judged is judged as one that is looked at closely", "[swarm]") {
  const Fuzzed shop(no_keys);
  swarm::Scene scene(shop.setup.ground, {.orders = 12, .gap = 10ms, .seed = 3});
  scene.candidates().add_services(scene.stage().target->links);
  const explore::Plan faults = scene.candidates().group(explore::Candidates::of_services);
  const std::uint32_t breaks = scene.candidates().number_of(
      explore::fault_at_point("order 1: order->payment.charge #1: drop_reply"));
  int broken = 0;
  for (std::size_t i = 0; i + 1 < faults.size(); ++i) {
    const explore::Plan plan = {faults[i], faults[i + 1], breaks};
    const auto armed = explore::faults_of(scene.candidates(), plan);
    const explore::Played all = explore::play(scene.stage(), armed, i);
    const explore::Played judged = explore::play(scene.stage(), armed, i, explore::Looks::verdict);
    REQUIRE(judged.broken.size() == all.broken.size());
    for (std::size_t k = 0; k < all.broken.size(); ++k) {
      CHECK(judged.broken[k].id == all.broken[k].id);
      CHECK(judged.broken[k].why == all.broken[k].why);
    }
    if (all.broken.empty()) continue;
    ++broken;
    const auto& rows = all.record.ledger;
    CHECK(std::ranges::equal(judged.record.ledger, rows, {}, &record::LedgerRow::lsn,
                             &record::LedgerRow::lsn));
  }
  CHECK(broken > 0);
}

TEST_CASE("that no order succeeds is said of the orders that are sent, with all their seeds",
          "[swarm]") {
  const swarm::Result none = Fuzzed("[target.stock]\nsku-1 = 0\nsku-2 = 0\nsku-3 = 0\n", 5).run();
  CHECK(none.unconfirmed == "24 of 24 orders failed");
  CHECK(none.exit == 5);
  const swarm::Result some = Fuzzed("[target.stock]\nsku-2 = 0\n", 5).run();
  CHECK(some.unconfirmed.empty());
  CHECK(some.exit == 0);
}

TEST_CASE("a run depends on the seed and its number alone", "[swarm]") {
  const std::vector<std::uint64_t> all = swarm::traces(Fuzzed({}, 6).setup);
  Fuzzed later({}, 4);
  later.setup.first = 3;
  CHECK(swarm::traces(later.setup) == std::vector(all.begin() + 2, all.end()));
  CHECK(swarm::traces(Fuzzed("[target]\ndeclines = \"50%\"\n", 6).setup) != all);
}

TEST_CASE("a run that was found can be run again by its number", "[swarm]") {
  const swarm::Result whole = Fuzzed(no_keys).run();
  REQUIRE_FALSE(whole.findings.empty());
  Fuzzed again(no_keys, 1);
  again.setup.first = whole.findings.front().run;
  const swarm::Result one = again.run();
  CHECK(one.violations == 1);
  CHECK(one.findings.front().scenario == whole.findings.front().scenario);
}

TEST_CASE("who ends a fuzzing early is told so", "[swarm]") {
  Fuzzed fuzzed({}, 5000);
  int asked = 0;
  fuzzed.setup.time.spent = [&asked] { return ++asked > 1; };
  const swarm::Result result = fuzzed.run();
  CHECK_FALSE(result.complete);
  CHECK(result.runs == 512);
  CHECK(result.exit == 5);
}

TEST_CASE("what there is no time to shrink is told as it was found", "[swarm]") {
  Fuzzed fuzzed(no_keys, 5000);
  int asked = 0;
  fuzzed.setup.time.spent = [&asked] { return ++asked > 1; };
  const swarm::Result hasty = fuzzed.run();
  REQUIRE_FALSE(hasty.findings.empty());
  for (const swarm::Found& found : hasty.findings) {
    CHECK_FALSE(found.minimal);
    CHECK(found.orders == 8);
    CHECK(scenario::read_scenario_text("found.toml", found.scenario, {}, words()).has_value());
  }
  const std::string text = swarm::result_text(hasty);
  CHECK(text.find("not minimal, a smaller plan may break the same") != std::string::npos);
  const auto again = swarm::parse_result(swarm::result_json(hasty), "test");
  REQUIRE(again.has_value());
  CHECK_FALSE(again->findings.front().minimal);
}

TEST_CASE("a fuzzing that has found something leaves time to shrink it", "[swarm]") {
  Fuzzed fuzzed(no_keys, 5000);
  fuzzed.setup.time.nearly_spent = [] { return true; };
  const swarm::Result result = fuzzed.run();
  CHECK(result.runs == 512);
  REQUIRE_FALSE(result.findings.empty());
  for (const swarm::Found& found : result.findings) CHECK(found.minimal);
  CHECK(result.findings.front().orders == 1);
}

TEST_CASE("planted bugs are found, and shrink to three faults at most", "[swarm]") {
  for (const Bug bug :
       {Bug::idempotency_key_ignored, Bug::tombstone_missing, Bug::refund_skipped_in_doubt,
        Bug::effect_before_intent, Bug::no_recovery_at_restart, Bug::wrong_quantity_sold,
        Bug::told_before_durable, Bug::client_key_ignored, Bug::refund_not_booked,
        Bug::refund_too_large, Bug::wrong_amount_charged, Bug::balance_forgotten,
        Bug::wrong_sku_sold, Bug::release_skipped_in_doubt, Bug::pivot_taken_back,
        Bug::reply_of_another_order}) {
    const Plant plant(bug);
    const swarm::Result result = Fuzzed({}, 300).run();
    INFO("bug " << static_cast<int>(bug));
    CHECK_FALSE(result.findings.empty());
    for (const swarm::Found& found : result.findings) {
      INFO(found.scenario);
      CHECK(found.plan.size() <= 3);
    }
    if (SEAWALL_SANITIZED) break;  // the search for the others is the same
  }
}

}  // namespace seawall::test
