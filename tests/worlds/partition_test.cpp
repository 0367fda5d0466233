// Faults that stand between groups of services, and faults that choose among requests by their
// order or by the time.
#include "tests/support/catch.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

namespace {

model::Fault partition(model::Barrier mode = model::Barrier::blackhole,
                       std::optional<model::Direction> direction = std::nullopt) {
  model::Fault fault;
  fault.name = fault.type = "partition";
  fault.groups = {{"front"}, {"back"}};
  fault.mode = mode;
  fault.direction = direction;
  return fault;
}

// One request that its callee handles for a while.
template <class Factory>
std::shared_ptr<Asked> nap_under_way(Rig<Factory>& rig) {
  const auto asked = rig.send(rig.request("/nap/150"));
  rig.world().advance(rig.world().now() + 50ms);
  REQUIRE_FALSE(asked->ended.load());
  return asked;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a partition is silence in its directions until it heals",
                        "[worlds][partition]", ToyWorlds) {
  const auto direction =
      GENERATE(model::Direction::both, model::Direction::request, model::Direction::response);
  Rig<TestType> rig({partition(model::Barrier::blackhole, direction)});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 timed_out");  // front itself is still reached
  }
  CHECK(rig.put("b", "1") == "201 toy:b");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  CHECK(handled_by_back(record) == (direction == model::Direction::response ? 2 : 1));
}

TEMPLATE_LIST_TEST_CASE("a partition loses what is under way", "[worlds][partition]", ToyWorlds) {
  const auto direction = GENERATE(model::Direction::both, model::Direction::response);
  Rig<TestType> rig({partition(model::Barrier::blackhole, direction)});
  const auto asked = nap_under_way(rig);
  {
    auto lease = rig.arm(0);
    rig.until([&] { return asked->ended.load(); });
  }
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "timed_out");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].faults == std::vector<std::uint16_t>{0});
  CHECK(rows[0].failure == model::Failure::timed_out);
  CHECK(handled_by_back(record) == 1);
}

TEMPLATE_LIST_TEST_CASE("a partition of the requests lets answers through", "[worlds][partition]",
                        ToyWorlds) {
  Rig<TestType> rig({partition(model::Barrier::blackhole, model::Direction::request)});
  const auto asked = nap_under_way(rig);
  auto lease = rig.arm(0);
  rig.until([&] { return asked->ended.load(); });
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "toy:rested");
  CHECK(rig.world().fault_uses()[0].hit == 0);
}

TEMPLATE_LIST_TEST_CASE("a partition that refuses resets what is open", "[worlds][partition]",
                        ToyWorlds) {
  Rig<TestType> rig({partition(model::Barrier::refuse)});
  const auto asked = nap_under_way(rig);
  {
    auto lease = rig.arm(0);
    rig.until([&] { return asked->ended.load(); });
    REQUIRE(*asked->answer);
    CHECK((*asked->answer)->body == "reset");
    CHECK(rig.put("a", "1") == "502 refused");
  }
  CHECK(rig.put("b", "1") == "201 toy:b");
  CHECK(rig.finish().faults[0].hit == 2);
}

TEMPLATE_LIST_TEST_CASE("a partition that refuses the answers resets them", "[worlds][partition]",
                        ToyWorlds) {
  Rig<TestType> rig({partition(model::Barrier::refuse, model::Direction::response)});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 reset");
  }
  CHECK(rig.get("a") == "200 toy:1");
}

TEMPLATE_LIST_TEST_CASE("a partition keeps away from services that it does not name",
                        "[worlds][partition]", ToyWorlds) {
  model::Fault elsewhere = partition();
  elsewhere.groups = {{"front"}, {"other"}};
  Rig<TestType> rig({elsewhere});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.world().fault_uses()[0].calls == 0);
}

TEMPLATE_LIST_TEST_CASE("a partition may be armed again", "[worlds][partition]", ToyWorlds) {
  Rig<TestType> rig({partition(GENERATE(model::Barrier::blackhole, model::Barrier::refuse))});
  for (int turn = 0; turn < 2; ++turn) {
    {
      auto lease = rig.arm(0);
      CHECK(rig.put("a", "1").starts_with("502"));
    }
    CHECK(rig.put("b", "1") == "201 toy:b");
  }
  const auto uses = rig.finish().faults;
  CHECK(uses[0].hit == 2);
  CHECK(uses[0].healed > uses[0].armed);
}

TEMPLATE_LIST_TEST_CASE("a fault may mean only the first requests and each n-th of them",
                        "[worlds][turns]", ToyWorlds) {
  auto drop = fault("drop_request", back_link);
  drop.match.method = "POST";
  drop.first = 4;
  drop.every = 2;
  Rig<TestType> rig({drop});
  auto lease = rig.arm(0);
  std::string pattern;
  for (std::uint64_t order = 1; order <= 7; ++order) {
    CHECK(rig.get("x") == "404 toy:");  // does not match, and does not count
    pattern += rig.put("a", "1", order) == "201 toy:a" ? 'p' : 'd';
  }
  CHECK(pattern == "pdpdppp");
  const auto use = rig.world().fault_uses()[0];
  CHECK(use.reached == 7);
  CHECK(use.hit == 2);
}

TEMPLATE_LIST_TEST_CASE("what a fault waits for is seen on its link after the warm-up",
                        "[worlds][turns]", ToyWorlds) {
  auto drop = fault("drop_request", back_link);
  drop.when.emplace();
  drop.when->link = *base::parse_link(back_link);
  drop.when->match.method = "POST";
  drop.when->match.path = "/put/*";
  drop.when->status = 201;
  Rig<TestType> rig({drop, fault("latency", back_link)});
  CHECK(rig.get("a") == "404 toy:");
  Request early = rig.request("/put/a", "1");
  early.index.subject.kind = base::Subject::Kind::warmup;
  CHECK(rig.told(std::move(early)) == "201 toy:a");
  CHECK_FALSE(rig.world().seen(0));
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.world().seen(0));
  CHECK_FALSE(rig.world().seen(1));
}

TEMPLATE_LIST_TEST_CASE("a ramp delays more and more", "[worlds][turns]", ToyWorlds) {
  auto ramp = fault("latency", back_link);
  ramp.ramp = model::Ramp{0ms, 200ms};
  ramp.window.length = 400ms;
  Rig<TestType> rig({ramp});
  auto lease = rig.arm(0);
  const base::TimePoint start = rig.world().now();  // over sockets the ramp has begun before it
  rig.world().advance(start + 100ms);
  CHECK(rig.put("a", "1") == "201 toy:a");
  rig.world().advance(start + 400ms);
  CHECK(rig.put("b", "1") == "201 toy:b");
  rig.until_quiet();
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ended - rows[0].sent >= 50ms);
  CHECK(rows[0].ended - rows[0].sent < rows[1].ended - rows[1].sent);
  CHECK(rows[1].ended - rows[1].sent >= 200ms);
}

}  // namespace seawall::test
