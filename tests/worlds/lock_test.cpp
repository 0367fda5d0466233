// A lock on a database, in every world.
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

TEMPLATE_LIST_TEST_CASE("while its database is locked, a service reads and its writes wait",
                        "[worlds][lock]", ToyWorlds) {
  Rig<TestType> rig({fault("database_lock", "back")});
  CHECK(rig.put("a", "1") == "201 toy:a");
  std::shared_ptr<Asked> held;
  {
    auto lease = rig.arm(0);
    held = rig.send(rig.request("/put/b", "2"));
    CHECK(rig.get("a") == "200 toy:1");
    CHECK(rig.get("b") == "404 toy:");
    CHECK_FALSE(held->ended.load());
  }
  rig.until([&] { return held->ended.load(); });
  REQUIRE(*held->answer);
  CHECK((*held->answer)->body == "toy:b");
  CHECK(rig.get("b") == "200 toy:2");
  const auto uses = rig.world().fault_uses();
  CHECK(uses[0].hit == 1);
  CHECK(uses[0].healed > uses[0].armed);
}

TEMPLATE_LIST_TEST_CASE("locks nest", "[worlds][lock]", ToyWorlds) {
  Rig<TestType> rig({fault("database_lock", "back"), fault("database_lock", "back")});
  auto first = rig.arm(0);
  {
    auto second = rig.arm(1);
  }
  CHECK(rig.put("a", "1") == "502 timed_out");
  first = {};
  CHECK(rig.put("b", "1") == "201 toy:b");
  CHECK(rig.get("a") == "200 toy:1");  // it was written after all
}

TEMPLATE_LIST_TEST_CASE("a lock is another node's only where they share a database",
                        "[worlds][lock]", ToyWorlds) {
  const bool shared = GENERATE(false, true);
  runtime::Target target = toy();
  target.one_database = shared;
  Rig<TestType> rig({fault("database_lock", "front")}, 1, target);
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == (shared ? "502 timed_out" : "201 toy:a"));
  CHECK(rig.finish().faults[0].hit == (shared ? 1 : 0));  // front itself writes nothing
}

TEMPLATE_LIST_TEST_CASE("a crash loses what waits for a lock, and not the lock", "[worlds][lock]",
                        ToyWorlds) {
  model::Fault crash = fault("crash", "back");
  crash.restart = 20ms;
  Rig<TestType> rig({fault("database_lock", "back"), crash});
  {
    auto lease = rig.arm(0);
    const auto lost = rig.send(rig.request("/put/a", "1"));
    rig.world().advance(rig.world().now() + 50ms);
    auto crashed = rig.arm(1);
    rig.until([&] { return lost->ended.load() && !rig.world().active(1); });
    CHECK(rig.put("b", "1") == "502 timed_out");
  }
  // What waited may take the disk a while.
  rig.until([&] { return rig.get("a") == "404 toy:"; });
  CHECK(rig.put("c", "1") == "201 toy:c");
}

}  // namespace seawall::test
