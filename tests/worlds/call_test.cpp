// Calls and the faults of links, in every world.
#include <algorithm>

#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

TEMPLATE_LIST_TEST_CASE("a call is answered and journalled on each link", "[worlds][call]",
                        ToyWorlds) {
  Rig<TestType> rig;
  CHECK(rig.put("a", "12345", 7) == "201 toy:a");
  const record::Record record = rig.finish();
  for (const std::string link : {"client -> front", "front -> back"}) {
    const auto rows = rows_of(record, link);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].index.subject == base::Subject{base::Subject::Kind::order, 7});
    CHECK(rows[0].index.operation == "put");
    CHECK(rows[0].index.n == 1);
    CHECK(rows[0].method == Method::post);
    CHECK(rows[0].path == "/put/a");
    CHECK(rows[0].status == 201);
    CHECK_FALSE(rows[0].failure);
    CHECK(rows[0].told.kind == model::Told::Kind::confirmed);
    CHECK(rows[0].told.order == "a");
    CHECK(rows[0].payload_hash == base::hash_bytes("12345"));
    CHECK(rows[0].bytes_out == 5);
    CHECK(rows[0].bytes_in == 5);
    CHECK(rows[0].copies == 1);
    CHECK(rows[0].ended > rows[0].sent);
  }
}

TEMPLATE_LIST_TEST_CASE("requests of one execution index are counted", "[worlds][call]",
                        ToyWorlds) {
  Rig<TestType> rig;
  rig.put("a", "1", 1);
  rig.put("a", "1", 1);
  rig.put("a", "1", 2);
  rig.get("a");
  rig.put("a", "1", 1);
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].index.n == 1);
  CHECK(rows[1].index.n == 2);
  CHECK(rows[2].index.n == 1);
  CHECK(rows[3].index.n == 1);
  CHECK(rows[4].index.n == 3);
}

TEMPLATE_LIST_TEST_CASE("a call without an operation is counted by method and path",
                        "[worlds][call]", ToyWorlds) {
  Rig<TestType> rig;
  for (int i = 0; i < 2; ++i) {
    Request request = rig.request("/get/a?fresh=1", "", 1, Method::get);
    request.index.operation = {};
    rig.ask(std::move(request));
  }
  const auto rows = rows_of(rig.finish(), "client -> front");
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].index.operation == "GET /get/a");
  CHECK(rows[1].index.n == 2);
}

TEMPLATE_LIST_TEST_CASE("a deadline ends a call", "[worlds][call]", ToyWorlds) {
  Rig<TestType> rig;
  Request request = rig.request("/nap/200");
  request.deadline = rig.world().now() + 60ms;
  const base::TimePoint deadline = request.deadline;
  CHECK(rig.told(std::move(request)) == "timed_out");
  CHECK(rig.world().now() >= deadline);
  rig.until_quiet();
  const record::Record record = rig.finish();
  const auto rows = rows_of(record, "client -> front");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].failure == model::Failure::timed_out);
  CHECK(rows[0].told.kind == model::Told::Kind::nothing);
  CHECK(rows[0].ended >= deadline);
}

TEMPLATE_LIST_TEST_CASE("a call whose deadline has passed is not sent", "[worlds][call]",
                        ToyWorlds) {
  Rig<TestType> rig;
  Request request = rig.request("/put/a", "1");
  request.deadline = rig.world().now();
  CHECK(rig.told(std::move(request)) == "unreachable");
  CHECK(rig.get("a") == "404 toy:");
  const auto rows = rows_of(rig.finish(), "client -> front");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].path == "/get/a");
}

TEMPLATE_LIST_TEST_CASE("a service that is down refuses", "[worlds][call]", ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart.reset();
  Rig<TestType> rig({crash});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 refused");
    CHECK_FALSE(rig.world().quiet());
  }
  CHECK(rig.put("a", "1") == "502 refused");
  rig.world().heal_all();
  rig.until_quiet();
  CHECK(rig.put("a", "1") == "201 toy:a");
}

TEMPLATE_LIST_TEST_CASE("a fault meets no request that found its callee down", "[worlds][call]",
                        ToyWorlds) {
  const std::string type = GENERATE("duplicate_request", "late_request", "drop_request", "latency");
  auto never_met = fault(type, back_link);
  never_met.gap = never_met.delay = never_met.latency = 30ms;
  auto crash = fault("crash", "back");
  crash.restart.reset();
  Rig<TestType> rig({never_met, crash});
  {
    auto lease = rig.arm(0);
    auto crashed = rig.arm(1);
    CHECK(rig.put("a", "1") == "502 refused");
  }
  rig.world().heal_all();
  rig.until_quiet();
  CHECK(rig.get("a") == "404 toy:");
  const record::Record record = rig.finish();
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].failure == model::Failure::refused);
  CHECK(rows[0].copies == 0);
  CHECK(rows[0].faults.empty());
  CHECK(record.faults[0].reached == 1);
  CHECK(record.faults[0].hit == 0);
}

TEMPLATE_LIST_TEST_CASE("callers of a service that dies are reset", "[worlds][call]", ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart = 20ms;
  Rig<TestType> rig({crash});
  const auto asked = rig.send(rig.request("/nap/200"));
  rig.world().advance(rig.world().now() + 50ms);
  CHECK_FALSE(asked->ended.load());
  auto lease = rig.arm(0);
  rig.until([&] { return asked->ended.load(); });
  REQUIRE(*asked->answer);
  CHECK((*asked->answer)->body == "reset");
}

TEMPLATE_LIST_TEST_CASE("a caller that dies hangs up and its callee goes on", "[worlds][call]",
                        ToyWorlds) {
  auto crash = fault("crash", "front");
  crash.restart = 20ms;
  Rig<TestType> rig({crash});
  const auto asked = rig.send(rig.request("/nap/100"));
  rig.world().advance(rig.world().now() + 40ms);
  auto lease = rig.arm(0);
  rig.until([&] { return asked->ended.load(); });
  CHECK(asked->answer->error() == model::Failure::reset);
  rig.until_quiet();
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].status == 0);
  CHECK(rows[0].failure == model::Failure::reset);
  CHECK(rows[0].ended > rows[0].sent);
}

TEMPLATE_LIST_TEST_CASE("a window of refusals or resets resets what is under way", "[worlds][call]",
                        ToyWorlds) {
  const std::string type = GENERATE("refuse", "reset_peer");
  Rig<TestType> rig({fault(type, back_link)});
  const auto asked = rig.send(rig.request("/nap/200"));
  rig.world().advance(rig.world().now() + 50ms);
  CHECK_FALSE(asked->ended.load());
  {
    auto lease = rig.arm(0);
    rig.until([&] { return asked->ended.load(); });
    REQUIRE(*asked->answer);
    CHECK((*asked->answer)->body == "reset");
  }
  rig.until_quiet();
  const record::Record record = rig.finish();
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].failure == model::Failure::reset);
  CHECK(rows[0].copies == 1);
  CHECK(rows[0].faults == std::vector<std::uint16_t>{0});
  CHECK(record.faults[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("refuse and reset and drop keep a request from its callee",
                        "[worlds][call]", ToyWorlds) {
  const auto [type, failure] = GENERATE(table<std::string, std::string>({
      {"refuse", "refused"},
      {"reset_peer", "reset"},
      {"drop_request", "timed_out"},
      {"blackhole", "timed_out"},
  }));
  auto broken = fault(type, back_link);
  if (type == "reset_peer") broken.direction = model::Direction::request;
  Rig<TestType> rig({broken});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 " + failure);
  }
  CHECK(rig.get("a") == "404 toy:");
  const record::Record record = rig.finish();
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].copies == 0);
  CHECK(rows[0].faults == std::vector<std::uint16_t>{0});
  CHECK(rows[1].faults.empty());
  CHECK(record.faults[0].hit == 1);
  CHECK(record.faults[0].reached == 1);
  CHECK(record.faults[0].calls == 1);
  CHECK(record.faults[0].healed > record.faults[0].armed);
}

TEMPLATE_LIST_TEST_CASE("a lost answer leaves the work done", "[worlds][call]", ToyWorlds) {
  const auto [type, failure] = GENERATE(table<std::string, std::string>({
      {"drop_reply", "timed_out"},
      {"blackhole", "timed_out"},
      {"reset_peer", "reset"},
  }));
  auto broken = fault(type, back_link);
  if (type == "blackhole") broken.direction = model::Direction::response;
  Rig<TestType> rig({broken});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 " + failure);
  }
  CHECK(rig.get("a") == "200 toy:1");
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].copies == 1);
  CHECK(rows[0].status == 0);
  CHECK(rows[0].told.kind == model::Told::Kind::nothing);
}

TEMPLATE_LIST_TEST_CASE("an injected error goes back before or after the work", "[worlds][call]",
                        ToyWorlds) {
  const auto effect = GENERATE(model::When::before, model::When::after);
  auto abort = fault("http_abort", back_link);
  abort.status = 503;
  abort.body = "injected";
  abort.effect = effect;
  Rig<TestType> rig({abort});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "503 injected");
  }
  CHECK(rig.get("a") == (effect == model::When::after ? "200 toy:1" : "404 toy:"));
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].status == 503);
  CHECK(rows[0].told.kind == model::Told::Kind::nothing);
}

TEMPLATE_LIST_TEST_CASE("what is lost comes after the sender's timer", "[worlds][call]",
                        ToyWorlds) {
  auto lossy = fault("loss", back_link);
  lossy.loss = base::Share::all();
  lossy.timer = 20ms;
  Rig<TestType> rig({lossy});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].ended - rows[0].sent >= 40ms);  // both ways
}

TEMPLATE_LIST_TEST_CASE("a timeout ends the connection of a request that goes nowhere",
                        "[worlds][call]", ToyWorlds) {
  auto ends = fault("timeout", back_link);
  ends.timeout = 60ms;
  Rig<TestType> rig({ends});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 reset");
  }
  CHECK(rig.get("a") == "404 toy:");
  rig.until_quiet();
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].failure == model::Failure::reset);
  CHECK(rows[0].ended - rows[0].sent >= 60ms);
}

TEMPLATE_LIST_TEST_CASE("latency delays the answer", "[worlds][call]", ToyWorlds) {
  auto slow = fault("latency", back_link);
  slow.latency = 50ms;
  slow.jitter = 10ms;
  Rig<TestType> rig({slow});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  const auto rows = rows_of(rig.finish(), back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].ended - rows[0].sent >= 40ms);
}

TEMPLATE_LIST_TEST_CASE("a duplicate is handled twice and answered once", "[worlds][call]",
                        ToyWorlds) {
  auto twice = fault("duplicate_request", back_link);
  twice.gap = 30ms;
  Rig<TestType> rig({twice});
  {
    auto lease = rig.arm(0);
    CHECK(rig.told(rig.request("/claim/a", "1")) == "201 toy:a");
  }
  rig.until_quiet();
  const record::Record record = rig.finish();
  const auto rows = rows_of(record, back_link);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].status == 201);
  CHECK(rows[0].copies == 2);
  CHECK(handled_by_back(record) == 2);
  CHECK(record.ledger.size() == 1);
}

TEMPLATE_LIST_TEST_CASE("a late request arrives after its caller gave up", "[worlds][call]",
                        ToyWorlds) {
  auto late = fault("late_request", back_link);
  late.delay = patience + 100ms;
  Rig<TestType> rig({late});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == "502 timed_out");
    CHECK_FALSE(rig.world().quiet());
  }
  rig.until_quiet();
  CHECK(rig.get("a") == "200 toy:1");
}

// In virtual time it arrives in the order of its index. Over sockets it leaves in that order, each
// message on a connection of its own, and the callee takes first what it sees first.
TEMPLATE_LIST_TEST_CASE("what links hold is delivered at heal", "[worlds][call]", ToyWorlds) {
  constexpr bool in_order = std::is_same_v<TestType, SimWorld>;
  auto late = fault("late_request", back_link);
  late.delay = 1h;
  late.match.method = "POST";
  Rig<TestType> rig({late});
  {
    auto lease = rig.arm(0);
    for (const std::uint64_t order : {3, 1, 2})
      CHECK(rig.put("k", std::to_string(order), order) == "502 timed_out");
  }
  rig.world().heal_all();
  rig.until_quiet();
  if (in_order) CHECK(rig.get("k") == "200 toy:3");
  const record::Record record = rig.finish();
  std::vector<std::uint64_t> delivered;
  for (const record::LedgerRow& row : record.ledger) delivered.push_back(row.subject.number);
  if (!in_order) std::ranges::sort(delivered);
  CHECK(delivered == std::vector<std::uint64_t>{1, 2, 3});
}

TEMPLATE_LIST_TEST_CASE("a fault aimed at a call meets that call alone", "[worlds][call]",
                        ToyWorlds) {
  auto drop = fault("drop_reply", back_link);
  drop.at_call = {call_point("put", 2)};
  Rig<TestType> rig({drop});
  auto lease = rig.arm(0);
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.put("b", "1") == "502 timed_out");
  CHECK(rig.put("c", "1") == "201 toy:c");
  CHECK(rig.put("d", "1", 2) == "201 toy:d");
  CHECK(rig.put("e", "1", 2) == "201 toy:e");
  CHECK(rig.world().fault_uses()[0].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a crash aimed at a call kills either side before or after the work",
                        "[worlds][call]", ToyWorlds) {
  const std::string who = GENERATE("front", "back");
  const auto effect = GENERATE(model::When::before, model::When::after);
  auto crash = fault("crash", who);
  crash.restart = 20ms;
  crash.effect = effect;
  crash.at_call = {call_point("put")};
  Rig<TestType> rig({crash});
  {
    auto lease = rig.arm(0);
    CHECK(rig.put("a", "1") == (who == "front" ? "reset" : "502 reset"));
    rig.until_quiet();
    CHECK(rig.put("b", "1") == "201 toy:b");
  }
  CHECK(rig.get("a") == (effect == model::When::after ? "200 toy:1" : "404 toy:"));
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 1);
  const auto died = [&](const record::Event& event) {
    return event.kind == record::Event::Kind::node && event.what == "down" && event.where == who;
  };
  CHECK(std::count_if(record.events.begin(), record.events.end(), died) == 1);
}

TEMPLATE_LIST_TEST_CASE("a paused service takes and does nothing until it resumes",
                        "[worlds][call]", ToyWorlds) {
  auto pause = fault("pause", "back");
  Rig<TestType> rig({pause});
  const auto before_pause = rig.world().now();
  std::shared_ptr<Asked> asked;
  {
    auto lease = rig.arm(0);
    asked = rig.send(rig.request("/put/a", "1"));
    rig.world().advance(before_pause + 150ms);
    CHECK_FALSE(asked->ended.load());
    CHECK(rig.world().active(0));
    CHECK_FALSE(rig.world().quiet());
  }
  rig.until([&] { return asked->ended.load(); });
  CHECK((*asked->answer)->status == 201);
  CHECK(rig.world().now() >= before_pause + 150ms);
  CHECK(rig.finish().faults[0].hit == 1);
}

}  // namespace seawall::test
