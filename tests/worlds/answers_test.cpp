// Answers that come back slowly, in part, or broken.
#include "tests/support/catch.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

namespace {

record::Exchange only_row(const record::Record& record) {
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 1);
  return rows[0];
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("an answer drips back one byte at a time", "[worlds][answers]", ToyWorlds) {
  auto drip = fault("drip", back_link);
  drip.gap = 10ms;
  Rig<TestType> rig({drip});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto row = only_row(record);
  CHECK(row.ended - row.sent >= 60ms);  // the head and "toy:a"
  CHECK(row.status == 201);
}

TEMPLATE_LIST_TEST_CASE("a total deadline cuts an answer that drips", "[worlds][answers]",
                        ToyWorlds) {
  auto drip = fault("drip", back_link);
  drip.gap = patience / 3;  // for six bytes
  Rig<TestType> rig({drip});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 timed_out");
    rig.until_quiet();  // and it does not drip on to nobody
  }
  CHECK(rig.get("a") == "200 toy:1");
  CHECK(rig.world().fault_uses()[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a fine drip carries several bytes at a time", "[worlds][answers]",
                        ToyWorlds) {
  auto narrow = fault("bandwidth", back_link);
  narrow.rate.per_second = {10'000};
  Rig<TestType> rig({narrow});
  const std::string value(500, 'v');
  CHECK(rig.put("a", value) == "201 toy:a");
  auto lease = rig.arm(0);
  CHECK(rig.get("a") == "200 toy:" + value);
  rig.until_quiet();
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].ended - rows[1].sent >= 50ms);
}

TEMPLATE_LIST_TEST_CASE("requests go on over a connection whose answer dripped",
                        "[worlds][answers]", ToyWorlds) {
  auto drip = fault("drip", back_link);
  drip.gap = 2ms;
  Rig<TestType> rig({drip});
  auto lease = rig.arm(0);
  for (const std::string key : {"a", "b", "c"}) CHECK(rig.put(key, "1") == "201 toy:" + key);
  lease = runtime::Lease();
  CHECK(rig.put("d", "1") == "201 toy:d");
  CHECK(rig.world().fault_uses()[0].hit == 3);
}

TEMPLATE_LIST_TEST_CASE("an answer that is cut short is a reset and the work is done",
                        "[worlds][answers]", ToyWorlds) {
  Rig<TestType> rig({fault("truncate", back_link)});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 reset");
  }
  rig.until_quiet();
  CHECK(rig.get("a") == "200 toy:1");
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].failure == model::Failure::reset);
  CHECK(rows[0].faults == std::vector<std::uint16_t>{0});
}

TEMPLATE_LIST_TEST_CASE("a corrupt answer keeps its status and loses its sense",
                        "[worlds][answers]", ToyWorlds) {
  Rig<TestType> rig({fault("corrupt", back_link)});
  {
    auto lease = rig.arm(0);
    const std::string told = rig.put("a", "1");
    CHECK(told.starts_with("201 "));
    CHECK(told.size() == std::string("201 toy:a").size());
    CHECK(static_cast<unsigned char>(told[4]) >= 0x80);
  }
  rig.until_quiet();
  const auto row = only_row(rig.finish());
  CHECK(row.status == 201);
  CHECK(row.told.kind == model::Told::Kind::nothing);
}

TEMPLATE_LIST_TEST_CASE("a fault of no kind does nothing", "[worlds][answers]", ToyWorlds) {
  Rig<TestType> rig({fault("none", back_link), fault("none", "back")});
  auto first = rig.arm(0);
  auto second = rig.arm(1);
  CHECK(rig.put("a", "1") == "201 toy:a");
  for (const record::FaultUse& use : rig.world().fault_uses()) CHECK(use.hit == 0);
}

}  // namespace seawall::test
