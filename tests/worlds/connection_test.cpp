// Faults that know connections: those that are there, and those that have yet to be made.
#include "tests/support/catch.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

TEMPLATE_LIST_TEST_CASE("a half-open connection is silent until its caller makes another",
                        "[worlds][connections]", ToyWorlds) {
  Rig<TestType> rig({fault("half_open", back_link)});
  CHECK(rig.put("a", "1") == "201 toy:a");
  auto lease = rig.arm(0);
  CHECK(rig.put("b", "1") == "502 timed_out");
  CHECK(rig.put("c", "1") == "201 toy:c");
  CHECK(rig.put("d", "1") == "201 toy:d");
  lease = {};
  CHECK(rig.put("e", "1") == "201 toy:e");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 5);
  CHECK(rows[1].faults == std::vector<std::uint16_t>{0});
  CHECK(rows[1].copies == 0);
}

TEMPLATE_LIST_TEST_CASE("what is under way on a half-open connection is lost",
                        "[worlds][connections]", ToyWorlds) {
  Rig<TestType> rig({fault("half_open", back_link)});
  const auto asked = rig.send(rig.request("/nap/150"));
  rig.world().advance(rig.world().now() + 50ms);
  REQUIRE_FALSE(asked->ended.load());
  auto lease = rig.arm(0);
  rig.until([&] { return asked->ended.load(); });
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "timed_out");
  CHECK(rig.world().fault_uses()[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a fault that flaps forgets the connections of each time",
                        "[worlds][connections]", ToyWorlds) {
  Rig<TestType> rig({fault("half_open", back_link)});
  for (const std::string key : {"a", "b"}) {
    CHECK(rig.put(key, "1") == "201 toy:" + key);
    auto lease = rig.arm(0);
    CHECK(rig.put("lost", "1") == "502 timed_out");
  }
  CHECK(rig.world().fault_uses()[0].hit == 2);
}

TEMPLATE_LIST_TEST_CASE("where connects hang, what is open works on", "[worlds][connections]",
                        ToyWorlds) {
  Rig<TestType> rig({fault("connect_hang", back_link)});
  CHECK(rig.put("a", "1") == "201 toy:a");
  auto lease = rig.arm(0);
  CHECK(rig.put("b", "1") == "201 toy:b");

  // The one connection is busy, and another is not to be had.
  const auto busy = rig.send(rig.request("/nap/200"));
  rig.world().advance(rig.world().now() + 20ms);
  CHECK(rig.put("c", "1") == "502 unreachable");
  rig.until([&] { return busy->ended.load(); });
  REQUIRE(*busy->answer);
  CHECK((*busy->answer)->body == "toy:rested");

  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 4);
  for (const record::Exchange& row : rows)
    if (!row.faults.empty()) {
      CHECK(row.failure == model::Failure::unreachable);
      CHECK(row.copies == 0);
    }
}

TEMPLATE_LIST_TEST_CASE("where new connections are refused, what is open works on",
                        "[worlds][connections]", Worlds) {
  Rig<TestType> rig({fault("refuse_new", back_link)});
  CHECK(rig.put("a", "1") == "201 toy:a");
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("b", "1") == "201 toy:b");

    // The one connection is busy, and another is not to be had.
    const auto busy = rig.send(rig.request("/nap/200"));
    rig.world().advance(rig.world().now() + 20ms);
    CHECK(rig.put("c", "1") == "502 refused");
    rig.until([&] { return busy->ended.load(); });
    REQUIRE(*busy->answer);
    CHECK((*busy->answer)->body == "toy:rested");
  }
  CHECK(rig.put("d", "1") == "201 toy:d");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  for (const record::Exchange& row : rows_of(record, back_link))
    if (!row.faults.empty()) CHECK(row.failure == model::Failure::refused);
}

TEMPLATE_LIST_TEST_CASE("a connect that hangs is made after the heal", "[worlds][connections]",
                        ToyWorlds) {
  Rig<TestType> rig({fault("connect_hang", "client -> front")});
  auto lease = rig.arm(0);
  const auto asked = rig.send(rig.request("/put/a", "1"));
  rig.world().advance(rig.world().now() + 100ms);
  CHECK_FALSE(asked->ended.load());
  lease = {};
  rig.until([&] { return asked->ended.load(); });
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "toy:a");
  CHECK(rig.world().fault_uses()[0].hit == 0);  // it was late, and nothing else
}

TEMPLATE_LIST_TEST_CASE("a connect that gives up after the heal was hit", "[worlds][connections]",
                        ToyWorlds) {
  Rig<TestType> rig({fault("connect_hang", back_link)});
  auto lease = rig.arm(0);
  const auto asked = rig.send(rig.request("/put/a", "1"));
  rig.world().advance(rig.world().now() + 100ms);
  lease = {};  // and the caller's patience ends before the kernel asks again
  rig.until([&] { return asked->ended.load(); });
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "unreachable");
  rig.until_quiet();
  CHECK(rig.finish().faults[0].hit == 1);  // a process may tell of it later than it answers
}

}  // namespace seawall::test
