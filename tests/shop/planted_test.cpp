// The judge sees the bugs that it is there for: each is planted, and one of the single faults of
// one order (or none) shows it.
#include <planted.hpp>

#include "tests/shop/sweep.hpp"

namespace seawall::test {

namespace {

// Whether a run without faults, or one of the single faults, breaks this invariant.
bool found(Bug bug, const model::Scenario& scenario, std::string_view invariant) {
  const std::vector<Fault> faults = single_faults(scenario);
  const Plant plant(bug);
  const auto shows = [&](const Played& played) {
    return played.wrong.find(invariant) != std::string::npos;
  };
  if (shows(play(scenario, {}))) return true;
  return std::any_of(faults.begin(), faults.end(),
                     [&](const Fault& fault) { return shows(play(scenario, {fault})); });
}

}  // namespace

TEST_CASE("an ignored idempotency key is found", "[shop][planted]") {
  CHECK(found(Bug::idempotency_key_ignored, field_scenario(), "no-double-charge"));
}

TEST_CASE("a missing tombstone is found", "[shop][planted]") {
  CHECK(found(Bug::tombstone_missing, field_scenario(), "all-or-nothing"));
}

TEST_CASE("a refund that is skipped when the charge is in doubt is found", "[shop][planted]") {
  CHECK(found(Bug::refund_skipped_in_doubt, field_scenario(), "all-or-nothing"));
}

TEST_CASE("an effect before its intent is found", "[shop][planted]") {
  CHECK(found(Bug::effect_before_intent, field_scenario(), "all-or-nothing"));
}

TEST_CASE("a missing recovery at restart is found", "[shop][planted]") {
  CHECK(found(Bug::no_recovery_at_restart, field_scenario(), "every-saga-settled"));
}

TEST_CASE("a release that is never sent is found though the hold expires by itself",
          "[shop][planted]") {
  model::Scenario scenario = field_scenario();
  scenario.target.declines = base::Share::all();
  scenario.saga.hold_ttl = 3s;
  CHECK(found(Bug::release_never_sent, scenario, "no-leaked-reservation"));
}

TEST_CASE("a wrong quantity is found", "[shop][planted]") {
  CHECK(found(Bug::wrong_quantity_sold, field_scenario(), "all-or-nothing"));
}

TEST_CASE("an outcome that is told before it is durable is found", "[shop][planted]") {
  CHECK(found(Bug::told_before_durable, field_scenario(), "told-only-durable"));
}

TEST_CASE("an ignored client key is found", "[shop][planted]") {
  CHECK(found(Bug::client_key_ignored, field_scenario(), "one-order-per-request"));
}

TEST_CASE("a missing dead letter is found", "[shop][planted]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.stuck_after = 1s;
  CHECK(found(Bug::no_dead_letter, scenario, "stuck-is-visible"));
}

}  // namespace seawall::test
