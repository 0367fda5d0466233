// What only the simulated world promises. What every world promises is in tests/worlds.
#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/sim_world.hpp"

namespace seawall::test {

namespace {

using SimRig = Rig<SimWorld>;

std::vector<std::string> node_events(const record::Record& record, const std::string& node) {
  std::vector<std::string> said;
  for (const record::Event& event : record.events)
    if (event.kind == record::Event::Kind::node && event.where == node) said.push_back(event.what);
  return said;
}

}  // namespace

TEST_CASE("time stands still between advances and reaches what was asked for", "[sim]") {
  SimRig rig;
  const auto before = rig.world().now();
  const auto asked = rig.send(rig.request("/nap/50"));
  CHECK(rig.world().now() == before);
  rig.world().advance(before + 50ms);
  CHECK(rig.world().now() == before + 50ms);
  CHECK_FALSE(asked->ended.load());
  rig.world().advance(before + 1h);
  CHECK(rig.world().now() == before + 1h);
  CHECK(asked->ended.load());
}

TEST_CASE("an interrupt makes advance return early and once", "[sim]") {
  SimRig rig;
  const auto before = rig.world().now();
  rig.world().interrupt();
  rig.world().advance(before + 1h);
  CHECK(rig.world().now() < before + 1h);
  rig.world().advance(before + 1h);
  CHECK(rig.world().now() == before + 1h);
}

TEST_CASE("of the unfinished writes of a dying node a prefix survives", "[sim]") {
  constexpr int writes = 6;
  std::set<std::size_t> survivors;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SimRig rig({fault("crash", "back")}, seed);
    // They arrive within 50 us of each other, and a write takes 400 us.
    for (std::uint64_t i = 1; i <= writes; ++i)
      rig.send(rig.request("/put/" + std::to_string(i), "v", i));
    std::vector<record::LedgerRow> rows;
    const auto start = rig.world().now();
    const auto in_flight = start + 2 * (250us + 12us + 100us) + 250us;
    rig.world().advance(in_flight);
    auto lease = rig.arm(0);
    rig.world().read_ledger(rows);
    survivors.insert(rows.size());
    for (const record::LedgerRow& row : rows) CHECK(row.t <= in_flight);
    rig.until([&] { return !rig.world().active(0); });
    const std::string found = rig.told(rig.request("/recovered"));
    CHECK(found == "200 toy:" + std::to_string(rows.size()));
  }
  CHECK(survivors.count(0) == 1);
  CHECK(survivors.size() >= 4);
}

TEST_CASE("a paused node does what came due in the order in which it came", "[sim]") {
  auto pause = fault("pause", "back");
  SimRig rig({pause});
  std::optional<runtime::Lease> lease = rig.arm(0);
  for (const std::uint64_t order : {5, 1, 4, 2, 3}) {
    rig.send(rig.request("/put/k", std::to_string(order), order));
    rig.world().advance(rig.world().now() + 5ms);
  }
  lease.reset();
  rig.until_quiet();
  const record::Record record = rig.finish();
  std::vector<std::uint64_t> orders;
  for (const record::LedgerRow& row : record.ledger) orders.push_back(row.subject.number);
  CHECK(orders == std::vector<std::uint64_t>{5, 1, 4, 2, 3});
  CHECK(node_events(record, "back") == std::vector<std::string>{"up", "paused", "resumed"});
}

TEST_CASE("a node that dies while it is paused serves again after its restart", "[sim]") {
  auto pause = fault("pause", "back");
  auto crash = fault("crash", "back");
  crash.restart = 10ms;
  SimRig rig({pause, crash});
  auto paused = rig.arm(0);
  const auto asked = rig.send(rig.request("/put/a", "1"));
  rig.world().advance(rig.world().now() + 5ms);
  auto crashed = rig.arm(1);
  rig.until([&] { return asked->ended.load(); });
  CHECK((*asked->answer)->body == "reset");  // it was under way to the node that died
  rig.until([&] { return !rig.world().active(1); });
  CHECK(rig.put("a", "1") == "201 toy:a");
}

TEST_CASE("what was submitted behind a write that fails fails with it", "[sim]") {
  auto refused = fault("disk_error", "back");
  refused.at_call = {write_point("put")};
  SimRig rig({refused});
  auto lease = rig.arm(0);
  constexpr int puts = 100;  // at once, so that others are under way when the first fails
  std::vector<std::shared_ptr<Asked>> asked;
  for (int number = 1; number <= puts; ++number)
    asked.push_back(rig.send(rig.request("/put/" + std::to_string(number), "1", number)));
  rig.until_quiet();
  const auto failed =
      std::ranges::count_if(asked, [](const auto& put) { return (*put->answer)->status == 409; });
  CHECK(failed > 1);
  CHECK(rig.finish().ledger.size() == static_cast<std::size_t>(puts - failed));
}

TEST_CASE("what is held at heal for a node that is down waits until it serves", "[sim]") {
  auto late = fault("late_request", "front -> back");
  late.delay = 1h;
  auto crash = fault("crash", "back");
  crash.restart.reset();
  SimRig rig({late, crash});
  {
    auto lates = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 timed_out");
    auto crashed = rig.arm(1);
  }
  rig.world().heal_all();
  CHECK_FALSE(rig.world().quiet());
  rig.until_quiet();
  CHECK(rig.get("a") == "200 toy:1");
}

TEST_CASE("a crash that finds its node dead has not hit", "[sim]") {
  auto first = fault("crash", "back");
  first.restart.reset();
  auto second = fault("crash", "back");
  SimRig rig({first, second});
  auto one = rig.arm(0);
  auto two = rig.arm(1);
  const auto uses = rig.world().fault_uses();
  CHECK(uses[0].hit == 1);
  CHECK(uses[1].reached == 1);
  CHECK(uses[1].hit == 0);
  CHECK_FALSE(rig.world().active(1));
}

TEST_CASE("a crash heals when its node serves again", "[sim]") {
  auto crash = fault("crash", "back");
  crash.restart = 40ms;
  SimRig rig({crash});
  const auto armed = rig.world().now();
  auto lease = rig.arm(0);
  rig.world().advance(armed + 39ms);
  CHECK(rig.world().active(0));
  rig.world().advance(armed + 42ms);
  CHECK_FALSE(rig.world().active(0));
  const auto use = rig.world().fault_uses()[0];
  CHECK(use.armed == armed);
  CHECK(use.healed >= armed + 40ms);
  CHECK(use.healed < armed + 42ms);
}

TEST_CASE("patterns are summed over the incarnations of their node", "[sim]") {
  auto crash = fault("crash", "back");
  crash.restart = 5ms;
  SimRig rig({crash});
  rig.put("a", "1");
  auto lease = rig.arm(0);
  rig.until([&] { return !rig.world().active(0); });
  rig.put("b", "1");
  rig.put("c", "1");
  const record::Record record = rig.finish();
  REQUIRE(record.patterns.size() == 1);
  CHECK(record.patterns[0].acted == 3);
}

TEST_CASE("queues are sampled every 100 ms for each service", "[sim]") {
  SimRig rig;
  rig.world().advance(base::TimePoint(50ms));
  rig.send(rig.request("/nap/200"));
  rig.world().advance(base::TimePoint(450ms));
  const record::Record record = rig.finish();
  std::vector<std::int64_t> in_flight;
  for (const record::Sample& sample : record.samples) {
    CHECK(sample.t.time_since_epoch() % 100ms == 0ms);
    if (sample.node == "back") in_flight.push_back(sample.in_flight);
  }
  CHECK(in_flight == std::vector<std::int64_t>{0, 1, 1, 0, 0});
}

TEST_CASE("calls that are open at the end stay open in the journal", "[sim]") {
  SimRig rig;
  rig.send(rig.request("/nap/500"));
  rig.world().advance(rig.world().now() + 20ms);
  const record::Record record = rig.finish();
  REQUIRE(record.exchanges.size() == 2);
  for (const record::Exchange& row : record.exchanges) {
    CHECK(row.ended == base::TimePoint{});
    CHECK(row.status == 0);
  }
}

}  // namespace seawall::test
