// The scenario that is kept of a finding.
#include "harness/explore/kept.hpp"

#include <set>

#include <planted.hpp>

#include "harness/explore/whole.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("a finding is named after its scenario, its invariant and its plan", "[explore]") {
  const std::string name = explore::name_of_finding(
      "pay/late", "A1 no-double-charge", {"order 1: order->payment.charge #1: drop_reply"});
  CHECK(name == "pay/late-no-double-charge-order-payment.charge-1-drop_reply");
  CHECK(explore::name_of_finding("a", "A1 b", {}) == "a-b");
  CHECK(explore::name_of_finding("a", "B1 b", {"partition(mode=drop) of order | payment"}) ==
        "a-b-partition-mode-drop-of-order-payment");
  CHECK(explore::name_of_finding("a", "B1 b", {"order->payment: refuse(probability = \"50%\")"}) ==
        "a-b-order-payment-refuse-probability-50");
  // The sign of a number is no blank.
  CHECK(explore::name_of_finding("a", "A1 b", {"clock_jump(jump=1h) of order"}) !=
        explore::name_of_finding("a", "A1 b", {"clock_jump(jump=-1h) of order"}));
}

TEST_CASE("long plans have names that differ, and are no longer than a file's may be",
          "[explore]") {
  const std::string line =
      "order 1: order->payment.charge #1..4294967295: duplicate_request(gap=1023ms)";
  std::set<std::string> names;
  for (const char* last : {"a", "b", "c"})
    names.insert(explore::name_of_finding("s", "B2 all-or-nothing", {line, line, line, last}));
  CHECK(names.size() == 3);
  // A finding is explored again, and names of scenarios are as long as they may be.
  const std::string longest(model::longest_name, 's');
  for (const std::string& scenario : {*names.begin(), longest, longest + "\u00e4"})
    names.insert(explore::name_of_finding(scenario, "B2 all-or-nothing", {line}));
  CHECK(names.size() == 6);
  for (const std::string& name : names) CHECK(name.size() <= model::longest_name);
}

TEST_CASE("each finding is a scenario with a name of its own that says what it shows",
          "[explore]") {
  const explore::Exploration exploration =
      explore::explore(shop_setup("[saga]\ncompensation = false\nrecovery = false\n"));
  REQUIRE(exploration.findings.size() > 1);
  std::set<std::string> names;
  for (const explore::Finding& finding : exploration.findings) {
    const auto reading = scenario::read_scenario_text("found.toml", finding.scenario, {}, words());
    REQUIRE(reading.has_value());
    const model::Meta& meta = reading->scenario.meta;
    CHECK(meta.name.starts_with("explored-"));
    CHECK(meta.description == finding.violation.why);
    CHECK(names.insert(meta.name).second);
  }
}

namespace {

// What the scenario breaks when it is run, as it is or as this variant.
std::set<std::string> broken_by(const std::string& text, const std::string& variant) {
  scenario::ReadOptions how;
  how.variant = variant;
  how.mode = model::Mode::sim;
  const auto reading = scenario::read_scenario_text("found.toml", text, how, words());
  REQUIRE(reading.has_value());
  const model::Scenario& scenario = reading->scenario;
  std::set<std::string> broken;
  for (const record::Finding& finding :
       explore::run_whole(scenario, shop::make_target(scenario)).verdict.findings)
    if (finding.status == record::Finding::Status::broken) broken.insert(finding.name);
  return broken;
}

std::vector<model::Variant> variants_in(const std::string& text) {
  const auto reading = scenario::read_scenario_text("found.toml", text, {}, words());
  REQUIRE(reading.has_value());
  return reading->scenario.variants;
}

// What explore finds of the bug is kept with this variant, which breaks the same where the bug is
// mended, and without which it passes then.
void check_variant(Bug bug, const std::string& name) {
  INFO("bug " << static_cast<int>(bug));
  std::vector<explore::Finding> findings;
  {
    const Plant plant(bug);
    findings = explore::explore(shop_setup()).findings;
  }
  REQUIRE_FALSE(findings.empty());
  for (const explore::Finding& finding : findings) {
    INFO(finding.scenario);
    const auto variants = variants_in(finding.scenario);
    REQUIRE(variants.size() == 1);
    CHECK(variants.front().name == name);
    CHECK(broken_by(finding.scenario, "").empty());
    const std::string& broken = finding.violation.broken.front();
    CHECK(variants.front().breaks == std::vector{broken.substr(broken.find(' ') + 1)});
    CHECK(broken_by(finding.scenario, name).contains(variants.front().breaks.front()));
  }
}

}  // namespace

TEST_CASE("what is kept of a bug can still fail where the bug is mended", "[explore]") {
  check_variant(Bug::tombstone_missing, "no-tombstones");
  check_variant(Bug::no_recovery_at_restart, "no-recovery");
  check_variant(Bug::refund_skipped_in_doubt, "no-compensation");
  check_variant(Bug::release_skipped_in_doubt, "no-compensation");
  check_variant(Bug::effect_before_intent, "no-compensation");
}

TEST_CASE("what was found because of a setting keeps it as a variant", "[explore]") {
  const explore::Exploration exploration =
      explore::explore(shop_setup("[policy.\"order -> payment\"]\nidempotency = false\n"));
  REQUIRE(exploration.findings.size() == 1);
  const std::string& text = exploration.findings.front().scenario;
  const auto variants = variants_in(text);
  REQUIRE(variants.size() == 1);
  CHECK(variants.front().name == "as-found");
  const std::string keys = "idempotency = false\n";  // of the policy; the variant's comes last
  std::string mended = text;
  mended.replace(mended.find(keys), keys.size(), "idempotency = true\n");
  CHECK(broken_by(mended, "").empty());
  CHECK(broken_by(mended, "as-found").contains("no-double-charge"));
}

TEST_CASE("where no setting is known to break the same, there is no variant", "[explore]") {
  const Plant plant(Bug::wrong_amount_charged);
  const auto findings = explore::explore(shop_setup()).findings;
  REQUIRE_FALSE(findings.empty());
  CHECK(variants_in(findings.front().scenario).empty());
}

}  // namespace seawall::test
