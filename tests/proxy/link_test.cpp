// What a link does to requests over real sockets. That both worlds do the same is for tests/worlds;
// here is what only sockets have.
#include "rig.hpp"
#include "tests/net/peer.hpp"

namespace seawall::proxy::test {

TEST_CASE("a request passes with all it carries and is journalled") {
  Rig rig;
  Request sent = request(3, 700ms);
  sent.idempotency_key = "o-3-charge";
  sent.headers.emplace_back("X-Test-Id", "t42");
  sent.trace = {1, 2, 3};
  const auto answer = rig.ask(sent);
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->durable_lsn == 42);

  REQUIRE(rig.arrived.size() == 1);
  const Request& got = rig.arrived[0];
  CHECK(got.index.subject == sent.index.subject);
  CHECK(got.index.operation == "charge");
  CHECK(got.idempotency_key == "o-3-charge");
  CHECK(got.trace.low == 2);
  CHECK(got.headers.size() == 1);
  CHECK(got.pass_deadline);
  CHECK(got.deadline > sent.deadline - 700ms);
  CHECK(got.deadline < sent.deadline + 700ms);

  const auto rows = rig.finish();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].link == link_under_test);
  CHECK(rows[0].index.n == 1);
  CHECK(rows[0].key == "o-3-charge");
  CHECK(rows[0].status == 201);
  CHECK(rows[0].durable_lsn == 42);
  CHECK(rows[0].told.kind == model::Told::Kind::confirmed);
  CHECK(rows[0].copies == 1);
  CHECK(rows[0].payload_hash == base::hash_bytes("{}"));
  CHECK(rows[0].ended > rows[0].sent);
}

TEST_CASE("a caller that passes no deadline has none passed on") {
  Rig rig;
  Request sent = request(1);
  sent.pass_deadline = false;
  REQUIRE(rig.ask(sent));
  CHECK_FALSE(rig.arrived.at(0).pass_deadline);
}

TEST_CASE("a refused window refuses and heals on the same port") {
  Rig rig({fault("refuse")});
  const auto port = rig.address().port;
  CHECK(rig.told(request(1)) == "201 own:1");
  rig.arm(0);
  rig.until([&] { return rig.told(request(2)) == "refused"; });
  CHECK(rig.told(request(3)) == "refused");
  rig.disarm(0);
  rig.until([&] { return rig.told(request(4)) == "201 own:4"; });
  CHECK(rig.address().port == port);
}

TEST_CASE("a refused window resets what is open") {
  Rig rig({fault("refuse")});
  rig.handler = [](const Request&) { return std::nullopt; };
  const auto answer = rig.send(request(1));
  auto idle = net::Peer::connect_to(rig.address().port);
  rig.until([&] { return rig.arrived.size() == 1; });
  rig.arm(0);
  rig.until([&] { return answer->has_value(); });
  CHECK(**answer == base::unexpected(Failure::reset));
  rig.until([&] { return idle.state() == net::Peer::State::reset; });
}

TEST_CASE("of callers that tell nothing, the connections that it resets count") {
  const std::string type = GENERATE("refuse", "reset_peer");
  Rig rig({fault(type)}, std::nullopt, true);
  rig.handler = [](const Request&) { return std::nullopt; };
  const auto answer = rig.send(request(1));
  auto idle = net::Peer::connect_to(rig.address().port);
  rig.until([&] { return rig.arrived.size() == 1; });
  rig.until([&] {
    std::uint64_t open = 0;
    rig.proxy().on(link_under_test, [&](const Link& link) { open = link.tcp().counters().open; });
    return open == 2;
  });
  rig.arm(0);
  rig.until([&] { return idle.state() == net::Peer::State::reset; });
  const auto use = rig.armory().uses().front();
  CHECK(use.connections == 1);
  CHECK(use.hit == 2);  // and the request under way
}

TEST_CASE("reset_peer resets idle connections too") {
  Rig rig({fault("reset_peer")});
  auto idle = net::Peer::connect_to(rig.address().port);
  REQUIRE(rig.ask(request(1)));
  rig.arm(0);
  rig.until([&] { return idle.state() == net::Peer::State::reset; });
  rig.until([&] { return rig.caller().connections() == 0; });  // it has seen it too
  CHECK(rig.told(request(2)) == "reset");
  CHECK(rig.arrived.size() == 2);  // the answer is what was lost
  rig.disarm(0);
  CHECK(rig.told(request(3)) == "201 own:3");
}

TEST_CASE("the caller of a dead callee is refused and the one in flight is reset") {
  Rig rig;
  rig.handler = [](const Request&) { return std::nullopt; };
  const auto answer = rig.send(request(1));
  rig.until([&] { return rig.arrived.size() == 1; });
  rig.callee_down();
  rig.until([&] { return answer->has_value(); });
  CHECK(**answer == base::unexpected(Failure::reset));
  CHECK(rig.told(request(2)) == "refused");
  rig.callee_up();
  rig.handler = [](const Request&) { return std::optional(Response(200, "own:")); };
  CHECK(rig.told(request(3)) == "200 own:");
}

TEST_CASE("a call that found nobody listening is journalled and counted") {
  Rig rig({fault("refuse")});
  rig.arm(0);
  rig.proxy().not_sent(link_under_test, request(1), Failure::refused, {});
  const auto rows = rig.finish();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].failure == Failure::refused);
  CHECK(rows[0].index.n == 1);
  CHECK(rows[0].copies == 0);
  CHECK(rows[0].faults == std::vector<std::uint16_t>{0});
  CHECK(rig.armory().uses().at(0).hit == 1);
}

TEST_CASE("silence holds until the caller leaves") {
  Rig rig({fault("drop_request")});
  rig.arm(0);
  CHECK(rig.told(request(1, 100ms)) == "timed_out");
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.empty());
  const auto rows = rig.finish();
  CHECK(rows.at(0).failure == Failure::timed_out);
  CHECK(rows.at(0).status == 0);
}

TEST_CASE("a lost reply leaves the work done") {
  Rig rig({fault("drop_reply")});
  rig.arm(0);
  CHECK(rig.told(request(1, 100ms)) == "timed_out");
  CHECK(rig.arrived.size() == 1);
  const auto rows = rig.finish();
  CHECK(rows.at(0).copies == 1);
  CHECK(rows.at(0).told.kind == model::Told::Kind::nothing);
}

TEST_CASE("an answer of the callee that comes to nobody ends the request") {
  model::Fault slow = fault("latency");
  slow.latency = 600ms;
  Rig rig({slow});
  rig.arm(0);
  CHECK(rig.told(request(1, 200ms)) == "timed_out");
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.size() == 1);
  const auto rows = rig.finish();
  CHECK(rows.at(0).failure == Failure::timed_out);
  CHECK(rows.at(0).status == 0);
  CHECK(rows.at(0).told.kind == model::Told::Kind::nothing);
  CHECK(rows.at(0).copies == 1);
}

TEST_CASE("a duplicate arrives twice and the caller hears the first") {
  Rig rig({fault("duplicate_request")});
  rig.arm(0);
  CHECK(rig.told(request(1)) == "201 own:1");
  rig.until([&] { return rig.arrived.size() == 2; });
  rig.until([&] { return rig.proxy().quiet(); });
  const auto rows = rig.finish();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].copies == 2);
}

TEST_CASE("late requests are held and released in order of their index") {
  model::Fault late = fault("late_request");
  late.delay = 1h;
  Rig rig({late});
  rig.arm(0);
  for (const std::uint64_t order : {2, 3, 1}) CHECK(rig.told(request(order, 60ms)) == "timed_out");
  CHECK(rig.arrived.empty());
  CHECK_FALSE(rig.proxy().quiet());
  rig.disarm(0);
  rig.proxy().release_held();
  rig.until([&] { return rig.proxy().quiet(); });
  REQUIRE(rig.arrived.size() == 3);
  // The callee learns how much time was left when the request was sent.
  CHECK(rig.arrived[0].deadline > live::steady_now() - 10s);
}

TEST_CASE("a late request and its copy are held, and come one after the other") {
  model::Fault late = fault("late_request");
  late.delay = 1h;
  Rig rig({late, fault("duplicate_request")});
  rig.arm(0);
  rig.arm(1);
  CHECK(rig.told(request(1, 60ms)) == "timed_out");
  rig.disarm(0);
  rig.disarm(1);
  rig.proxy().release_held();
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.size() == 2);
  const auto rows = rig.finish();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].copies == 2);
}

TEST_CASE("what is released while the callee is down waits until it serves") {
  model::Fault late = fault("late_request");
  late.delay = 1h;
  Rig rig({late});
  rig.arm(0);
  CHECK(rig.told(request(1, 60ms)) == "timed_out");
  rig.disarm(0);
  rig.callee_down();
  rig.proxy().release_held();
  CHECK_FALSE(rig.proxy().quiet());
  rig.callee_up();
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.size() == 1);
}

TEST_CASE("an injected answer tells nothing of the target") {
  model::Fault abort = fault("http_abort");
  abort.status = 503;
  abort.body = "busy";
  abort.effect = model::When::after;
  Rig rig({abort});
  rig.arm(0);
  CHECK(rig.told(request(1)) == "503 busy");
  CHECK(rig.arrived.size() == 1);
  const auto rows = rig.finish();
  CHECK(rows.at(0).told.kind == model::Told::Kind::nothing);
  CHECK(rows.at(0).durable_lsn == 0);
}

TEST_CASE("a crash before a call is asked for and the message goes no further") {
  model::Fault crash = fault("crash", "back");
  model::Point point;
  point.any_subject = true;
  point.link = link_under_test;
  point.operation = "charge";
  crash.at_call = {point};
  Rig rig({crash});
  rig.arm(0);
  const auto answer = rig.send(request(1));
  rig.until([&] { return !rig.crashed.empty(); });
  CHECK(rig.crashed == std::vector<std::string>{"back"});
  CHECK(rig.arrived.empty());
  rig.callee_down();
  rig.until([&] { return answer->has_value(); });
  CHECK(**answer == base::unexpected(Failure::reset));
}

TEST_CASE("a crash waits for the delay of its call, whether its caller does or not") {
  model::Fault crash = fault("crash", "back");
  model::Point point;
  point.any_subject = true;
  point.link = link_under_test;
  point.operation = "charge";
  crash.at_call = {point};
  model::Fault slow = fault("latency");
  slow.direction = model::Direction::request;
  slow.latency = 150ms;
  Rig rig({crash, slow});
  rig.arm(0);
  rig.arm(1);
  const auto began = live::steady_now();
  CHECK(rig.told(request(1, 50ms)) == "timed_out");
  rig.until([&] { return !rig.crashed.empty(); });
  CHECK(live::steady_now() - began >= 150ms);
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.empty());
}

TEST_CASE("a partition loses what waits on the link, in both directions") {
  const auto direction = GENERATE(model::Direction::request, model::Direction::response);
  model::Fault slow = fault("latency");
  slow.direction = direction;
  slow.latency = 400ms;
  model::Fault cut;
  cut.name = cut.type = "partition";
  cut.groups = {{"front"}, {"back"}};
  Rig rig({slow, cut});
  rig.arm(0);
  const auto answer = rig.send(request(1, 700ms));
  const bool comes = direction == model::Direction::response;
  rig.until([&] { return rig.arrived.size() == (comes ? 1 : 0) && !rig.proxy().quiet(); });
  rig.arm(1);
  rig.until([&] { return answer->has_value(); });
  CHECK(**answer == base::unexpected(Failure::timed_out));
  rig.until([&] { return rig.proxy().quiet(); });
  CHECK(rig.arrived.size() == (comes ? 1 : 0));
  const auto rows = rig.finish();
  CHECK(rows.at(0).faults == std::vector<std::uint16_t>{0, 1});
  CHECK(rows.at(0).status == 0);
  CHECK(rows.at(0).copies == (comes ? 1 : 0));
}

TEST_CASE("a foreign caller is served and numbered") {
  Rig rig;
  auto curl = net::Peer::connect_to(rig.address().port);
  curl.say("GET /stock?sku=a HTTP/1.1\r\nHost: x\r\n\r\n");
  rig.until([&] { return curl.heard().find("own:") != std::string::npos; });
  const auto rows = rig.finish();
  REQUIRE(rows.size() == 1);
  CHECK(base::to_text(rows[0].index.subject) == "foreign 1");
  CHECK(rows[0].index.operation == "GET /stock");
}

TEST_CASE("a proxy ends with requests in every state") {
  model::Fault late = fault("late_request");
  late.delay = 1h;
  late.match.path = "/late";
  model::Fault slow = fault("latency");
  slow.latency = 1h;
  slow.match.path = "/slow";
  Rig rig({late, slow});
  rig.arm(0);
  rig.arm(1);
  rig.handler = [](const Request& request) {
    return request.path == "/slow" ? std::optional(Response(200)) : std::nullopt;
  };
  std::vector<std::shared_ptr<Rig::Answer>> answers;
  for (const char* path : {"/late", "/slow", "/never"}) {
    Request one = request(1);
    one.path = path;
    answers.push_back(rig.send(one));
  }
  rig.until([&] { return rig.arrived.size() == 2; });
  CHECK(rig.finish().size() == 3);
  for (const auto& answer : answers) {
    rig.until([&] { return answer->has_value(); });
    CHECK(**answer == base::unexpected(Failure::reset));
  }
}

}  // namespace seawall::proxy::test
