// Whatever single fault hits an order: it is all or nothing, nothing is held, and nobody was told
// anything that is not so.
#include "tests/shop/sweep.hpp"

namespace seawall::test {

namespace {

void sweep(const model::Scenario& scenario) {
  const Played calm = play(scenario, {});
  CAPTURE(calm.wrong);
  REQUIRE(calm.wrong.empty());
  for (const Fault& fault : single_faults(scenario)) {
    const Played played = play(scenario, {fault});
    CAPTURE(text_of(fault), played.wrong);
    CHECK(played.wrong.empty());
    CHECK(played.hit > 0);
  }
}

}  // namespace

TEST_CASE("no single fault of an order that succeeds leaves anything half done", "[shop][sweep]") {
  sweep(field_scenario());
}

TEST_CASE("no single fault of an order that is declined leaves anything half done",
          "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.target.declines = base::Share::all();
  sweep(scenario);
}

TEST_CASE("no single fault of an order without stock leaves anything half done", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.target.stock = {{"sku-1", 1}};
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done when doubts are asked about",
          "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.in_doubt = model::Saga::InDoubt::query;
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done when doubts are repeated", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  scenario.saga.in_doubt = model::Saga::InDoubt::retry;
  sweep(scenario);
}

TEST_CASE("no single fault leaves anything half done where nothing is retried", "[shop][sweep]") {
  model::Scenario scenario = field_scenario();
  for (auto& [link, policy] : scenario.policy.links) {
    policy.retry.reset();
    policy.retry_budget.reset();
  }
  sweep(scenario);
}

// Some 80,000 runs: by hand, after a change of the saga.
TEST_CASE("no pair of faults of an order leaves anything half done", "[.][pairs]") {
  model::Scenario declined = field_scenario();
  declined.target.declines = base::Share::all();
  model::Scenario asking = field_scenario();
  asking.saga.in_doubt = model::Saga::InDoubt::query;
  model::Scenario repeating = field_scenario();
  repeating.saga.in_doubt = model::Saga::InDoubt::retry;
  model::Scenario expiring = field_scenario();
  expiring.saga.hold_ttl = 2s;
  for (const model::Scenario& scenario :
       {field_scenario(), declined, asking, repeating, expiring}) {
    const std::vector<Fault> faults = single_faults(scenario);
    for (auto first = faults.begin(); first != faults.end(); ++first) {
      for (auto second = std::next(first); second != faults.end(); ++second) {
        Fault renamed = *second;
        renamed.name += "-2";
        const Played played = play(scenario, {*first, renamed});
        CAPTURE(text_of(*first), text_of(*second), played.wrong);
        CHECK(played.wrong.empty());
      }
    }
  }
}

}  // namespace seawall::test
