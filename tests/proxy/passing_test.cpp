// What passes on a link of a run beside whole messages: streams, what is no HTTP, and what a callee
// finishes though its caller has left. The test plays both sides.
#include "rig.hpp"
#include "tests/net/peer.hpp"

namespace seawall::proxy::test {

namespace {

using net::Peer;

struct Wire {
  explicit Wire(std::vector<model::Fault> faults = {}, bool is_foreign = false)
      : rig(std::move(faults), upstream.port(), is_foreign) {}

  // A caller and the connection that the link made for it.
  void connect() {
    callers.push_back(Peer::connect_to(rig.address().port));
    rig.until([&] { return upstream.accept_into(callees) == callers.size(); });
  }
  bool hears(Peer& peer, std::string_view bytes) {
    rig.until([&] { return peer.heard().size() >= bytes.size(); });
    return peer.heard() == bytes;
  }
  record::Exchange only_row() {
    const auto rows = rig.finish();
    REQUIRE(rows.size() == 1);
    return rows[0];
  }

  net::PeerListener upstream;
  Rig rig;
  std::vector<Peer> callers;
  std::vector<Peer> callees;
};

constexpr std::string_view ask =
    "POST /charge HTTP/1.1\r\nHost: back\r\nSeawall-Index: order 1; charge; ; 1\r\n"
    "Seawall-Deadline: 60000000\r\nContent-Length: 2\r\n\r\n{}";

}  // namespace

TEST_CASE("an answer streams, and is recorded when the last of it has gone") {
  Wire wire;
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  std::string heard = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nown:\r\n";
  wire.callees[0].say(heard);
  CHECK(wire.hears(wire.callers[0], heard));  // though it is not complete
  CHECK_FALSE(wire.rig.proxy().quiet());
  wire.callees[0].say("3\r\nyes\r\n0\r\n\r\n");
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  const auto row = wire.only_row();
  CHECK(row.status == 201);
  CHECK(row.bytes_in == 7);
  CHECK(row.told.kind == model::Told::Kind::confirmed);
  CHECK(row.payload_hash == base::hash_bytes("{}"));
}

TEST_CASE("a callee finishes what its caller left, and does not hear of that before") {
  const bool resets = GENERATE(false, true);
  Wire wire;
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  resets ? wire.callers[0].reset() : wire.callers[0].close();
  const auto later = live::steady_now() + 50ms;
  wire.rig.until([&] { return live::steady_now() >= later; });
  CHECK(wire.callees[0].state() == Peer::State::open);
  CHECK_FALSE(wire.rig.proxy().quiet());
  wire.callees[0].say("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nown:");
  wire.rig.until([&] { return wire.callees[0].state() != Peer::State::open; });
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  const auto row = wire.only_row();
  CHECK(row.status == 0);
  CHECK(row.failure == Failure::reset);  // long before its deadline
  CHECK(row.copies == 1);
}

TEST_CASE("a callee of somebody else hears that its caller has left") {
  const bool resets = GENERATE(false, true);
  Wire wire({}, true);
  wire.connect();
  const std::string_view plain = "GET /stock HTTP/1.1\r\nHost: back\r\n\r\n";
  wire.callers[0].say(plain);
  wire.rig.until([&] { return wire.callees[0].heard().ends_with("\r\n\r\n"); });
  resets ? wire.callers[0].reset() : wire.callers[0].close();
  wire.rig.until([&] { return wire.callees[0].state() != Peer::State::open; });
  wire.callees.clear();  // and it hangs up, too
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  const auto row = wire.only_row();
  CHECK(row.status == 0);
  CHECK(row.failure == Failure::timed_out);
  CHECK(row.copies == 1);
}

TEST_CASE("a caller that leaves in the middle of its answer has its status") {
  const bool resets = GENERATE(false, true);
  const bool is_foreign = GENERATE(false, true);
  Wire wire({}, is_foreign);
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  const std::string head = "HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n";
  wire.callees[0].say(head);
  CHECK(wire.hears(wire.callers[0], head));
  resets ? wire.callers[0].reset() : wire.callers[0].close();
  wire.callees[0].say("own:yes");
  if (is_foreign) wire.callees.clear();
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  const auto row = wire.only_row();
  CHECK(row.status == 201);
  CHECK_FALSE(row.failure);
  // What stood in the body. To a foreign callee its caller may still be listening.
  if (!is_foreign) CHECK(row.told.kind == model::Told::Kind::nothing);
}

TEST_CASE("a callee does not take a part of a request for the whole") {
  Wire wire;
  wire.connect();
  wire.callers[0].say(ask.substr(0, ask.size() - 1));
  CHECK(wire.hears(wire.callees[0], ask.substr(0, ask.size() - 1)));
  wire.callers[0].close();
  wire.rig.until([&] { return wire.callees[0].state() == Peer::State::reset; });
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  CHECK(wire.only_row().failure == Failure::reset);
}

TEST_CASE("a lost answer is waited for to its end") {
  Wire wire({fault("drop_reply")});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  wire.callees[0].say("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\now");
  wire.callers[0].close();
  const auto later = live::steady_now() + 50ms;
  wire.rig.until([&] { return live::steady_now() >= later; });
  CHECK_FALSE(wire.rig.proxy().quiet());
  wire.callees[0].say("n:");
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  CHECK(wire.only_row().status == 0);
}

TEST_CASE("a connection may carry many requests, and one that is unknown to the project") {
  Wire wire;
  wire.connect();
  for (const std::string method : {"GET", "PROPFIND", "GET"}) {
    wire.callers[0].say(method + " /stock HTTP/1.1\r\nHost: back\r\n\r\n");
    const std::size_t before = wire.callers[0].heard().size();
    wire.rig.until([&] { return wire.callees[0].heard().ends_with("\r\n\r\n"); });
    wire.callees[0].say("HTTP/1.1 204 No Content\r\n\r\n");
    wire.rig.until([&] { return wire.callers[0].heard().size() >= before + 27; });
  }
  // What a foreign request causes counts as its own.
  const std::string heard = wire.callees[0].heard();
  CHECK(heard.find("Seawall-Index: foreign 1; GET%20/stock; ; 1\r\n\r\n") != heard.npos);
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  CHECK(wire.rig.finish().size() == 3);
}

TEST_CASE("what is no HTTP passes as TCP, and no fault of requests acts on it") {
  Wire wire({fault("drop_request")});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nPING\r\n");
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nPING\r\n"));
  wire.callees[0].say("+PONG\r\n");
  CHECK(wire.hears(wire.callers[0], "+PONG\r\n"));
  wire.callers[0].end();
  wire.rig.until([&] { return wire.callees[0].state() == Peer::State::ended; });
  CHECK(wire.rig.finish().empty());
  CHECK(wire.rig.armory().uses().at(0).hit == 0);
}

TEST_CASE("a blackhole of what is no HTTP lets nothing through until it heals") {
  Wire wire({fault("blackhole")});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nPING\r\n");
  const auto later = live::steady_now() + 50ms;
  wire.rig.until([&] { return live::steady_now() >= later; });
  CHECK(wire.callees[0].heard().empty());
  wire.rig.disarm(0);
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nPING\r\n"));
  CHECK(wire.rig.finish().empty());
  CHECK(wire.rig.armory().uses().at(0).reached == 1);
  CHECK(wire.rig.armory().uses().at(0).hit == 1);  // a connection
}

TEST_CASE("bytes of what is no HTTP are late, and requests are as ever") {
  auto late = fault("latency");
  late.latency = 40ms;
  Wire wire({late});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nPING\r\n");
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nPING\r\n"));  // it is the answers that are late
  const auto said = live::steady_now();
  wire.callees[0].say("+PONG\r\n");
  CHECK(wire.hears(wire.callers[0], "+PONG\r\n"));
  CHECK(live::steady_now() - said >= 40ms);
  wire.rig.finish();
  CHECK(wire.rig.armory().uses().at(0).hit == 1);
}

TEST_CASE(
    "what somebody outside does to a link comes beside the run's faults, and counts for none") {
  auto late = fault("latency");
  late.latency = 40ms;
  Wire wire({late});
  wire.rig.arm(0);
  plan::StreamFault slow;
  slow.name = late.name;  // of the same name, and yet another one
  slow.effect.delay.emplace().latency = 80ms;
  const auto meddle = [&](Meddling meddling) {
    std::vector<relay::Link::Hits> before;
    wire.rig.proxy().on(link_under_test, [&](Link& link) {
      before = link.meddled();
      link.meddle(meddling);
    });
    return before;
  };
  CHECK(meddle({false, {slow}}).empty());
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nPING\r\n");
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nPING\r\n"));
  const auto said = live::steady_now();
  wire.callees[0].say("+PONG\r\n");
  CHECK(wire.hears(wire.callers[0], "+PONG\r\n"));
  CHECK(live::steady_now() - said >= 120ms);

  wire.rig.disarm(0);
  wire.callees[0].say("+PONG\r\n");
  CHECK(wire.hears(wire.callers[0], "+PONG\r\n+PONG\r\n"));
  const auto hits = meddle({true, {}});
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].acted == 1);
  wire.rig.until([&] { return wire.callers[0].state() == Peer::State::reset; });
  CHECK(wire.rig.told(request(1)) == "refused");
  meddle({});
  wire.connect();
  wire.rig.finish();
  CHECK(wire.rig.armory().uses().at(0).hit == 1);
}

TEST_CASE("a connection ends when the bytes that it may carry have passed") {
  auto limit = fault("limit_data");
  limit.bytes = {20};
  Wire wire({limit});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  wire.callees[0].say("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nown:");
  wire.rig.until([&] { return wire.callers[0].state() != Peer::State::open; });
  CHECK(wire.callers[0].heard() == "HTTP/1.1 201 Created");
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  CHECK(wire.only_row().status == 0);
  CHECK(wire.rig.armory().uses().at(0).hit == 1);
}

TEST_CASE("an answer in slices is whole") {
  auto slices = fault("slicer");
  slices.size = {8};
  slices.gap = 1ms;
  Wire wire({slices});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  wire.callees[0].say("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nown:");
  CHECK(wire.hears(wire.callers[0], "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nown:"));
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  CHECK(wire.only_row().status == 201);
  CHECK(wire.rig.armory().uses().at(0).hit == 1);
}

TEST_CASE("an end is as late as a fault has it") {
  auto slow = fault("slow_close");
  slow.delay = 50ms;
  Wire wire({slow});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nQUIT\r\n");
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nQUIT\r\n"));
  const auto closed = live::steady_now();
  wire.callees[0].end();
  wire.rig.until([&] { return wire.callers[0].state() == Peer::State::ended; });
  CHECK(live::steady_now() - closed >= 50ms);
  wire.rig.finish();
  CHECK(wire.rig.armory().uses().at(0).hit == 1);
}

TEST_CASE("a fault that chooses among requests means no stream") {
  auto lost = fault("blackhole");
  lost.match.path = "/charge";
  Wire wire({lost});
  wire.rig.arm(0);
  wire.connect();
  wire.callers[0].say("*1\r\n$4\r\nPING\r\n");
  CHECK(wire.hears(wire.callees[0], "*1\r\n$4\r\nPING\r\n"));
  wire.rig.finish();
  CHECK(wire.rig.armory().uses().at(0).reached == 0);
}

TEST_CASE("a callee that breaks off is a reset for its caller") {
  Wire wire;
  wire.connect();
  wire.callers[0].say(ask);
  CHECK(wire.hears(wire.callees[0], ask));
  wire.callees[0].say("HTTP/1.1 201 Created\r\nContent-Length: 40\r\n\r\nown:");
  wire.callees[0].reset();
  wire.rig.until([&] { return wire.callers[0].state() == Peer::State::reset; });
  wire.rig.until([&] { return wire.rig.proxy().quiet(); });
  const auto row = wire.only_row();
  CHECK(row.failure == Failure::reset);
  CHECK(row.status == 0);
  CHECK(row.told.kind == model::Told::Kind::nothing);
}

}  // namespace seawall::proxy::test
