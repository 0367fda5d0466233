// What a store must be, in every world.
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

TEMPLATE_LIST_TEST_CASE("what was written is read", "[worlds][store]", ToyWorlds) {
  Rig<TestType> rig;
  CHECK(rig.get("a") == "404 toy:");
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.get("a") == "200 toy:1");
  CHECK(rig.put("a", "2", 2) == "201 toy:a");
  CHECK(rig.get("a") == "200 toy:2");
}

TEMPLATE_LIST_TEST_CASE("a scan gives the rows of a prefix in the order of their keys",
                        "[worlds][store]", ToyWorlds) {
  Rig<TestType> rig;
  for (const char* key : {"b/2", "a/1", "b/10", "b", "c/1", "b/1"}) rig.put(key, key);
  CHECK(rig.told(rig.request("/scan/b/")) == "200 toy:b/1=b/1;b/10=b/10;b/2=b/2;");
  CHECK(rig.told(rig.request("/scan/x")) == "200 toy:");
}

TEMPLATE_LIST_TEST_CASE("a key that must be absent and exists is a conflict that writes nothing",
                        "[worlds][store]", ToyWorlds) {
  Rig<TestType> rig;
  CHECK(rig.told(rig.request("/claim/a", "first")) == "201 toy:a");
  CHECK(rig.told(rig.request("/claim/a", "second")) == "409 toy:a");
  CHECK(rig.get("a") == "200 toy:first");
  CHECK(rig.finish().ledger.size() == 1);
}

TEMPLATE_LIST_TEST_CASE("ledger rows are numbered without a gap and read once", "[worlds][store]",
                        ToyWorlds) {
  Rig<TestType> rig;
  rig.put("a", "1");
  rig.put("b", "1", 2);
  std::vector<record::LedgerRow> early;
  rig.world().read_ledger(early);
  REQUIRE(early.size() == 2);
  rig.put("c", "1", 3);
  const record::Record record = rig.finish();
  REQUIRE(record.ledger.size() == 1);
  CHECK(early[0].lsn == 1);
  CHECK(early[1].lsn == 2);
  CHECK(record.ledger[0].lsn == 3);
  CHECK(record.ledger[0].node == "back");
  CHECK(record.ledger[0].batch > early[1].batch);
  CHECK(record.ledger[0].t >= early[1].t);
}

TEMPLATE_LIST_TEST_CASE("an answer carries the log position of its callee", "[worlds][store]",
                        ToyWorlds) {
  Rig<TestType> rig;
  rig.put("a", "1");
  rig.put("b", "1", 2);
  rig.get("a");
  const auto rows = rows_of(rig.finish(), "front -> back");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].durable_lsn == 1);
  CHECK(rows[1].durable_lsn == 2);
  CHECK(rows[2].durable_lsn == 2);
}

TEMPLATE_LIST_TEST_CASE("a crash keeps what is durable and the service finds it at its start",
                        "[worlds][store]", ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart = 50ms;
  Rig<TestType> rig({crash});
  rig.put("a", "1");
  rig.put("b", "2", 2);
  {
    auto lease = rig.arm(0);
    CHECK(rig.world().active(0));
    rig.until([&] { return !rig.world().active(0); });
  }
  CHECK(rig.told(rig.request("/recovered")) == "200 toy:2");
  CHECK(rig.get("b") == "200 toy:2");
}

TEMPLATE_LIST_TEST_CASE("a crash before a durable write leaves nothing of it", "[worlds][store]",
                        ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart = 50ms;
  crash.at_call = {write_point("put")};
  Rig<TestType> rig({crash});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "502 reset");
  rig.until_quiet();
  CHECK(rig.get("a") == "404 toy:");
  CHECK(rig.put("a", "1") == "201 toy:a");
}

TEMPLATE_LIST_TEST_CASE("a crash after a durable write keeps it and answers nobody",
                        "[worlds][store]", ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart = 50ms;
  crash.effect = model::When::after;
  crash.at_call = {write_point("put", 2)};
  Rig<TestType> rig({crash});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.put("b", "2") == "502 reset");
  rig.until_quiet();
  CHECK(rig.get("b") == "200 toy:2");
  const record::Record record = rig.finish();
  CHECK(record.ledger.size() == 2);
  REQUIRE(record.faults.size() == 1);
  CHECK(record.faults[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a durable write that its disk refuses leaves nothing of it",
                        "[worlds][store]", ToyWorlds) {
  auto refused = fault("disk_error", "back");
  refused.at_call = {write_point("put")};
  Rig<TestType> rig({refused});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "409 toy:a");
  CHECK(rig.get("a") == "404 toy:");
  CHECK(rig.put("a", "1") == "201 toy:a");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.ledger.size() == 1);
  REQUIRE(record.faults.size() == 1);
  CHECK(record.faults[0].hit == 1);
}

}  // namespace seawall::test
