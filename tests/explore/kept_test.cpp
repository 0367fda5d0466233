// The scenario that is kept of a finding.
#include "harness/explore/kept.hpp"

#include <set>

#include "harness/scenario/reader.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("a finding is named after its scenario, its invariant and its plan", "[explore]") {
  const std::string name = explore::name_of_finding(
      "pay/late", "A1 no-double-charge", {"order 1: order->payment.charge #1: drop_reply"});
  CHECK(name == "pay/late-no-double-charge-order-payment.charge-1-drop_reply");
  CHECK(explore::name_of_finding("a", "A1 b", {}) == "a-b");
}

TEST_CASE("long plans have names that differ, and are no longer than a file's may be",
          "[explore]") {
  const std::string line =
      "order 1: order->payment.charge #1..4294967295: duplicate_request(gap=1023ms)";
  std::set<std::string> names;
  for (const char* last : {"a", "b", "c"})
    names.insert(explore::name_of_finding("s", "B2 all-or-nothing", {line, line, line, last}));
  CHECK(names.size() == 3);
  for (const std::string& name : names) CHECK(name.size() < 100);
}

TEST_CASE("each finding is a scenario with a name of its own that says what it shows",
          "[explore]") {
  const explore::Exploration exploration = explore::explore(shop_setup(
      "[saga]\ncompensation = false\nrecovery = false\n"));
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

}  // namespace seawall::test
