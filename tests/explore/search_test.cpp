// The search, what it finds, and what becomes of that.
#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include <planted.hpp>

#include "harness/explore/report.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

constexpr std::string_view no_keys = "[policy.\"order -> payment\"]\nidempotency = false\n";

void in_two_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::thread other([&] {
    for (std::size_t i = 1; i < count; i += 2) work(i);
  });
  for (std::size_t i = 0; i < count; i += 2) work(i);
  other.join();
}

}  // namespace

TEST_CASE("no single fault breaks an order of good practice", "[explore]") {
  const explore::Exploration exploration = explore::explore(shop_setup());
  CHECK(exploration.findings.empty());
  const explore::Searched& searched = exploration.searched;
  CHECK(searched.complete);
  CHECK(searched.has_order());
  CHECK(searched.ends == std::map<std::string, std::int64_t>{{"confirmed", 1}});
  REQUIRE(searched.levels.size() == 2);
  CHECK(searched.levels[0].run == 1);
  CHECK(searched.levels[1].run + searched.levels[1].pruned ==
        static_cast<std::int64_t>(searched.faults));
  CHECK(searched.points >= 14);  // six calls, and the durable writes of four services
  CHECK(explore::exit_of(exploration) == 0);
}

TEST_CASE("an order that fails without any fault leaves the search inconclusive", "[explore]") {
  std::string nothing = "[target.stock]\n";
  for (const auto& [sku, pieces] : shop::stock()) nothing += sku + " = 0\n";
  const explore::Exploration exploration = explore::explore(shop_setup(nothing));
  CHECK(exploration.searched.ends == std::map<std::string, std::int64_t>{{"failed", 1}});
  CHECK(exploration.findings.empty());
  CHECK(explore::exit_of(exploration) == 5);
}

TEST_CASE("an order of a service with instances is explored", "[explore]") {
  const explore::Exploration exploration =
      explore::explore(shop_setup("[target.instances]\npayment = 3\n"));
  CHECK(exploration.searched.complete);
  CHECK(exploration.searched.levels.at(1).run > 100);
}

// A write of one order may be lost with its node while that of the other lies behind it in the log.
TEST_CASE("no single fault breaks two orders of the same moment", "[explore]") {
  const explore::Exploration exploration = explore::explore(shop_setup({}, 1, 2));
  CHECK(exploration.findings.empty());
  CHECK(exploration.searched.levels[1].run > 300);
}

TEST_CASE("without keys a lost reply charges twice, and its smallest plan says so", "[explore]") {
  const explore::Exploration exploration = explore::explore(shop_setup(no_keys));
  REQUIRE(exploration.findings.size() == 1);
  const explore::Finding& finding = exploration.findings.front();
  CHECK(finding.violation.broken.front() == "A1 no-double-charge");
  CHECK(finding.violation.culprit == "payment: charge becomes captured");
  CHECK(finding.plan == std::vector<std::string>{"order 1: order->payment.charge #1: drop_reply"});
  CHECK(finding.found_by.size() > 5);
  CHECK(finding.robustness.is_high());
  CHECK(finding.hint.find("Keys are ignored on order -> payment") != std::string::npos);
  CHECK(explore::exit_of(exploration) == 1);
}

TEST_CASE("what was found is a scenario with the faults of its plan", "[explore]") {
  const explore::Exploration exploration = explore::explore(shop_setup(no_keys));
  REQUIRE_FALSE(exploration.findings.empty());
  const auto reading = scenario::read_scenario_text(
      "found.toml", exploration.findings.front().scenario, {}, words());
  REQUIRE(reading.has_value());
  REQUIRE(reading->scenario.faults.size() == 1);
  CHECK(reading->scenario.faults[0].type == "drop_reply");
  CHECK(reading->scenario.faults[0].at_call.size() == 1);
}

TEST_CASE("any number of threads finds the same", "[explore]") {
  explore::Setup alone = shop_setup(no_keys);
  explore::Setup together = shop_setup(no_keys);
  together.in_parallel = in_two_threads;
  const explore::Exploration one = explore::explore(alone);
  const explore::Exploration two = explore::explore(together);
  REQUIRE(one.searched.violations.size() == two.searched.violations.size());
  for (std::size_t i = 0; i < one.searched.violations.size(); ++i)
    CHECK(one.searched.violations[i].plan == two.searched.violations[i].plan);
  REQUIRE(one.findings.size() == two.findings.size());
  CHECK(one.findings.front().story == two.findings.front().story);
}

// Pairs one by one, without any thought of what they meet at.
TEST_CASE("a pair that is left out would not have acted, or looks like one that was run",
          "[explore]") {
  if (SEAWALL_SANITIZED) return;  // it counts runs, of which the suite has others
  explore::Setup setup = shop_setup({}, 2);
  const explore::Level pairs = explore::explore(setup).searched.levels.at(2);
  explore::Candidates candidates(setup.text, *setup.words);
  const runtime::Target target = shop::make_target(candidates.scenario());
  const explore::Stage stage{&candidates.scenario(), &target};
  const auto play = [&](const explore::Plan& plan) {
    return explore::play(stage, explore::faults_of(candidates, plan), stage.scenario->run.seed);
  };
  const auto faults_in = [&](const explore::Played& played) {
    explore::Plan faults;
    const auto add = [&](std::uint32_t group) {
      const explore::Plan& of_group = candidates.group(group);
      faults.insert(faults.end(), of_group.begin(), of_group.end());
    };
    for (const explore::Place& place : played.places) add(candidates.at_point(place.point));
    candidates.add_services(target.links);
    add(explore::Candidates::of_services);
    return faults;
  };

  const explore::Played calm = play({});
  std::set<std::uint64_t> traces = {calm.trace};
  std::map<std::uint32_t, explore::Plan> open;  // single faults, and those that may come to them
  std::set<std::uint32_t> closed;
  for (const std::uint32_t single : faults_in(calm)) {
    const explore::Played played = play({single});
    if (played.all_hit && traces.insert(played.trace).second)
      open[single] = faults_in(played);
    else
      closed.insert(single);
  }
  std::set<explore::Plan> met;
  std::int64_t acted = 0;
  for (const auto& [single, others] : open)
    for (const std::uint32_t other : others) {
      if (other == single || closed.contains(other)) continue;
      const explore::Plan plan = {std::min(single, other), std::max(single, other)};
      if (met.insert(plan).second) acted += play(plan).all_hit;
    }
  CHECK(acted == pairs.run - pairs.not_reached);
  CHECK(static_cast<std::int64_t>(met.size()) > pairs.run);
}

TEST_CASE("a budget that ends first is no result", "[explore]") {
  explore::Setup setup = shop_setup();
  setup.limits.runs = 20;
  const explore::Exploration exploration = explore::explore(setup);
  CHECK_FALSE(exploration.searched.complete);
  CHECK(exploration.searched.levels.back().run == 19);
  CHECK(explore::exit_of(exploration) == 5);
}

TEST_CASE("who is stopped keeps what was found so far", "[explore]") {
  explore::Setup setup = shop_setup(no_keys, 2);
  int asked = 0;
  setup.limits.time.spent = [&asked] { return ++asked > 3; };  // after the singles
  const explore::Exploration exploration = explore::explore(setup);
  CHECK_FALSE(exploration.searched.complete);
  REQUIRE_FALSE(exploration.findings.empty());
  for (const explore::Finding& finding : exploration.findings) CHECK_FALSE(finding.is_minimal);
}

TEST_CASE("a search is stopped while it thinks of larger plans, too", "[explore]") {
  explore::Setup setup = shop_setup({}, 2);
  int asked = 0;
  setup.limits.time.spent = [&asked] { return ++asked > 10; };  // one chunk of singles
  const explore::Exploration exploration = explore::explore(setup);
  CHECK_FALSE(exploration.searched.complete);
  REQUIRE(exploration.searched.levels.size() == 3);
  CHECK(exploration.searched.levels.back().run == 0);
  CHECK(asked == 11);
}

TEST_CASE("a search that has found something leaves time to shrink it", "[explore]") {
  explore::Setup setup = shop_setup(no_keys, 2);
  setup.limits.time.nearly_spent = [] { return true; };
  const explore::Exploration found = explore::explore(setup);
  CHECK_FALSE(found.searched.complete);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings.front().is_minimal);
  CHECK(found.findings.front().plan ==
        std::vector<std::string>{"order 1: order->payment.charge #1: drop_reply"});
  setup = shop_setup();
  setup.limits.time.nearly_spent = [] { return true; };
  CHECK(explore::explore(setup).searched.complete);
}

TEST_CASE("a plan that needs all its faults keeps them when it is shrunk", "[explore]") {
  const Plant plant(Bug::client_key_forgotten);
  explore::Setup setup = shop_setup();
  explore::Candidates candidates(setup.text, *setup.words);
  const runtime::Target target = shop::make_target(candidates.scenario());
  const explore::Stage stage{&candidates.scenario(), &target};
  explore::Plan plan;
  for (const char* line : {"order 1: gateway->order.place-order #*: duplicate_request(gap=4s)",
                           "order 1: order->shipping.ship #*: latency(latency=10ms)",
                           "order 1: order!saga.completed #1: crash(effect=after, on=order)"})
    plan.push_back(candidates.number_of(explore::fault_at_point(line)));
  const explore::Played played =
      explore::play(stage, explore::faults_of(candidates, plan), stage.scenario->run.seed);
  REQUIRE_FALSE(played.broken.empty());
  const explore::Violation found = explore::violation_of(*stage.scenario, plan, played);
  const explore::Shrunk small = explore::shrunk(stage, candidates, found);
  CHECK(small.is_minimal);
  CHECK(small.violation.broken.front() == "A7 one-order-per-request");
  REQUIRE(small.violation.plan.size() == 2);
  for (const std::string& line : candidates.shown(small.violation.plan))
    CHECK(line.find("#*") == std::string::npos);
  // Where the time is over after a few tries, it is what these have made of it.
  int tries = 0;
  const explore::Shrunk hasty =
      explore::shrunk(stage, candidates, found, [&tries] { return ++tries > 3; });
  CHECK_FALSE(hasty.is_minimal);
  CHECK(hasty.violation.plan.size() == 2);
  CHECK(hasty.violation.broken.front() == "A7 one-order-per-request");
  CHECK(hasty.violation.plan != small.violation.plan);
}

}  // namespace seawall::test
