// What each effect of a fault does to requests and answers on a link.
#include "tests/http/rig.hpp"

namespace seawall::http {

namespace {

// One request goes through and back as if there were no fault.
void passes(Rig& rig, std::size_t one, std::string_view request = get) {
  const std::size_t asked = rig.callees[one].heard().size();
  const std::size_t answered = rig.callers[one].heard().size();
  rig.callers[one].say(request);
  REQUIRE(rig.until([&] { return rig.callees[one].heard().size() >= asked + request.size(); }));
  rig.callees[one].say(ok);
  CHECK(rig.until([&] { return rig.callers[one].heard().size() >= answered + ok.size(); }));
  CHECK(rig.callers[one].heard().substr(answered) == ok);
}

// The answer of the link has headers in the order of its own.
bool is_aborted(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("\r\n\r\nbroken");
}

bool hears_abort(Rig& rig, Peer& caller) {
  return rig.until([&] { return is_aborted(caller.heard()); });
}

}  // namespace

TEST_CASE("an abort before the effect answers in the place of the callee", "[http][sockets]") {
  Rig rig({abort(503)});
  const std::size_t one = rig.connect();
  rig.callers[one].say(post_of("body"));
  CHECK(hears_abort(rig, rig.callers[one]));
  CHECK(rig.callees[one].heard().empty());
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.status == 503);
  CHECK(rows.at(0).exchange.copies == 0);
  CHECK(rows.at(0).faults == std::vector<std::string>{"http_abort"});
  CHECK(rig.hit() == 1);
  // The connection goes on.
  REQUIRE(rig.link.set_faults({}));
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
}

TEST_CASE("a request that is there before the callee is reached is answered too",
          "[http][sockets]") {
  Rig rig({abort(503)}, 2);
  for (int i = 0; i < 20; ++i) {
    Peer caller = Peer::connect_to(rig.link.tcp().listen().port);
    caller.say(get);
    CHECK(hears_abort(rig, caller));
  }
}

TEST_CASE("an abort after the effect takes the place of the answer", "[http][sockets]") {
  Rig rig({abort(503, model::When::after)});
  const std::size_t one = rig.connect();
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
  const std::string answer = ok_of(std::string(1000, 'x'));
  rig.callees[one].say(std::string_view(answer).substr(0, 500));
  CHECK(hears_abort(rig, rig.callers[one]));
  rig.callees[one].say(std::string_view(answer).substr(500));
  REQUIRE(rig.link.set_faults({}));
  const std::size_t heard = rig.callers[one].heard().size();
  rig.callers[one].say(get);
  CHECK(rig.until([&] { return rig.callees[one].heard().size() == 2 * get.size(); }));
  rig.callees[one].say(ok);
  CHECK(rig.until([&] { return rig.callers[one].heard().size() == heard + ok.size(); }));
  CHECK(rig.rows(2).at(0).exchange.status == 503);
}

TEST_CASE("an abort has no body where it answers HEAD", "[http][sockets]") {
  Rig rig({abort(503)});
  const std::size_t one = rig.connect();
  rig.callers[one].say("HEAD / HTTP/1.1\r\n\r\n");
  CHECK(rig.until([&] { return rig.callers[one].heard().ends_with("\r\n\r\n"); }));
  CHECK(rig.callers[one].heard().find("Content-Length: 6") != std::string::npos);
}

TEST_CASE("an abort ends the connection where its caller wants that", "[http][sockets]") {
  Rig rig({abort(503)});
  const std::size_t one = rig.connect();
  rig.callers[one].say("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(is_aborted(rig.callers[one].heard()));
}

TEST_CASE("who asks before it sends is told not to", "[http][sockets]") {
  Rig rig({abort(503)});
  const std::size_t one = rig.connect();
  rig.callers[one].say("PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(is_aborted(rig.callers[one].heard()));
}

TEST_CASE("a fault means requests by method, path and header", "[http][sockets]") {
  model::Fault one = abort(503);
  one.match.method = "POST";
  one.match.path = "/charge*";
  one.match.header = {{"X-Test", "t42"}};
  Rig rig({one});
  const std::size_t at = rig.connect();
  passes(rig, at, get_of("/charge"));
  passes(rig, at, post_of("x"));
  passes(rig, at, "POST /other HTTP/1.1\r\nX-Test: t42\r\nContent-Length: 0\r\n\r\n");
  passes(rig, at, "PROPFIND /charge HTTP/1.1\r\nX-Test: t42\r\n\r\n");
  const std::size_t heard = rig.callers[at].heard().size();
  rig.callers[at].say("POST /charge/1?a=b HTTP/1.1\r\nx-test:t42\r\nContent-Length: 0\r\n\r\n");
  CHECK(rig.until([&] { return is_aborted(rig.callers[at].heard().substr(heard)); }));
  CHECK(rig.link.hits().at(0).reached == 1);
  CHECK(rig.hit() == 1);
  Query touched;
  touched.fault = "http_abort";
  CHECK(rig.rows(5, touched).size() == 1);
}

TEST_CASE("a fault means the first requests, each n-th, or a share", "[http][sockets]") {
  const auto statuses = [](const model::Fault& fault, int workers) {
    Rig rig({fault}, workers);
    std::string told;
    std::vector<std::size_t> at{rig.connect(), rig.connect()};
    for (std::size_t i = 0; i < 12; ++i) {
      Peer& caller = rig.callers[at[i % 2]];
      Peer& callee = rig.callees[at[i % 2]];
      const std::size_t heard = caller.heard().size();
      const std::size_t asked = callee.heard().size();
      caller.say(get);
      CHECK(rig.until(
          [&] { return caller.heard().size() > heard || callee.heard().size() > asked; }));
      const bool came = callee.heard().size() > asked;
      if (came) callee.say(ok);
      CHECK(rig.until([&] {
        return caller.heard().size() > heard &&
               caller.heard().find("\r\n\r\n", heard) != std::string::npos;
      }));
      rig.wait(200us);
      told += came ? '.' : 'x';
    }
    return told;
  };
  model::Fault first = abort(503);
  first.first = 3;
  CHECK(statuses(first, 2) == "xxx.........");
  model::Fault third = abort(503);
  third.every = 3;
  CHECK(statuses(third, 2) == "..x..x..x..x");
  model::Fault half = abort(503);
  half.probability = base::Share::percent(50);
  const std::string drawn = statuses(half, 1);
  CHECK(drawn.find('x') != std::string::npos);
  CHECK(drawn.find('.') != std::string::npos);
  CHECK(drawn == statuses(half, 2));
}

TEST_CASE("latency holds requests, answers, or both", "[http][sockets]") {
  Rig rig({latency(60ms, model::Direction::both)});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say(post_of("body"));
  CHECK(rig.hears(rig.callees[one], post_of("body")));
  CHECK(rig.now() - began >= 60ms);
  const auto answered = rig.now();
  rig.callees[one].say(ok);
  CHECK(rig.hears(rig.callers[one], ok));
  CHECK(rig.now() - answered >= 60ms);
  CHECK(rig.link.tcp().injection_error()->count() >= 2);
}

TEST_CASE("a delayed abort comes late, and answers keep their order", "[http][sockets]") {
  model::Fault aborted_one = abort(503);
  aborted_one.match.path = "/b";
  Rig rig({aborted_one, latency(50ms, model::Direction::request)});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say(get_of("/a") + get_of("/b") + get_of("/c"));
  CHECK(rig.hears(rig.callees[one], get_of("/a") + get_of("/c")));
  CHECK(rig.now() - began >= 50ms);
  rig.wait(20ms);
  CHECK(rig.callers[one].heard().empty());  // /a has its turn
  rig.callees[one].say(ok_of("a"));
  CHECK(rig.until([&] { return rig.callers[one].heard().ends_with("broken"); }));
  CHECK(rig.callers[one].heard().starts_with(ok_of("a")));
  rig.callees[one].say(ok_of("c"));
  CHECK(rig.until([&] { return rig.callers[one].heard().ends_with(ok_of("c")); }));
  CHECK(rig.rows(3).size() == 3);
}

TEST_CASE("a dropped request does not come, and nobody answers", "[http][sockets]") {
  Rig rig({fault("drop_request")});
  const std::size_t one = rig.connect();
  rig.callers[one].say(post_of("body"));
  rig.wait(30ms);
  CHECK(rig.callees[one].heard().empty());
  // That its callee has ended is nothing that its caller hears of.
  rig.callees[one].end();
  rig.wait(20ms);
  CHECK(rig.callers[one].heard().empty());
  CHECK(rig.callers[one].state() == State::open);
  rig.callers[one].close();
  CHECK(rig.ends(rig.callees[one], State::ended));
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.failure == model::Failure::timed_out);
  CHECK(rows.at(0).exchange.status == 0);
  CHECK(rows.at(0).exchange.copies == 0);
}

TEST_CASE("a dropped reply is done and not heard", "[http][sockets]") {
  Rig rig({fault("drop_reply")});
  const std::size_t one = rig.connect();
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
  rig.callees[one].say(ok);
  rig.wait(30ms);
  CHECK(rig.callers[one].heard().empty());
  rig.callees[one].close();
  rig.wait(20ms);
  CHECK(rig.callers[one].state() == State::open);
  rig.callers[one].close();
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.failure == model::Failure::timed_out);
  CHECK(rows.at(0).exchange.copies == 1);
}

TEST_CASE("a dropped reply without a body is not heard either", "[http][sockets]") {
  Rig rig({fault("drop_reply")});
  const std::size_t one = rig.connect();
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
  rig.callees[one].say("HTTP/1.1 204 No Content\r\n\r\n");
  rig.wait(20ms);
  CHECK(rig.callers[one].heard().empty());
  CHECK(rig.link.journal().written() == 0);
  rig.callers[one].close();
  CHECK(rig.ends(rig.callees[one], State::ended));
  rig.callees[one].close();
  CHECK(rig.rows(1).at(0).exchange.failure == model::Failure::timed_out);
}

TEST_CASE("an abort is an answer, though the callee has not ended its own", "[http][sockets]") {
  Rig rig({abort(503, model::When::after)});
  const std::size_t one = rig.connect();
  const std::string request = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
  rig.callers[one].say(request);
  CHECK(rig.hears(rig.callees[one], request));
  rig.callees[one].say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part");
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(is_aborted(rig.callers[one].heard()));
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.status == 503);
  CHECK_FALSE(rows.at(0).exchange.failure);
}

TEST_CASE("a reset before the effect, and after it", "[http][sockets]") {
  model::Fault one = fault("reset_peer");
  one.match.path = "/things";
  Rig rig({one});
  const std::size_t after = rig.connect();
  rig.callers[after].say(get);
  CHECK(rig.hears(rig.callees[after], get));
  CHECK(rig.callers[after].state() == State::open);
  rig.callees[after].say(ok);
  CHECK(rig.ends(rig.callers[after], State::reset));
  CHECK(rig.rows(1).at(0).exchange.failure == model::Failure::reset);
  CHECK(rig.rows(1).at(0).exchange.status == 0);
  one.direction = model::Direction::request;
  REQUIRE(rig.link.set_faults({one}));
  const std::size_t before = rig.connect();
  rig.callers[before].say(get);
  CHECK(rig.ends(rig.callers[before], State::reset));
  CHECK(rig.callees[before].heard().empty());
  CHECK(rig.rows(2).at(1).exchange.copies == 0);
}

TEST_CASE("a refused request is reset on a connection that is there", "[http][sockets]") {
  model::Fault one = fault("refuse");
  one.match.path = "/things";
  Rig rig({one});
  const std::size_t at = rig.connect();
  passes(rig, at, get_of("/other"));
  rig.callers[at].say(get);
  CHECK(rig.ends(rig.callers[at], State::reset));
  CHECK(rig.callees[at].heard() == get_of("/other"));
}

TEST_CASE("a duplicated request comes twice, and is answered once", "[http][sockets]") {
  model::Fault one = fault("duplicate_request");
  one.gap = 40ms;
  Rig rig({one});
  const std::size_t at = rig.connect();
  const auto began = rig.now();
  rig.callers[at].say(post_of("body"));
  CHECK(rig.hears(rig.callees[at], post_of("body")));
  rig.callees[at].say(ok);
  CHECK(rig.hears(rig.callers[at], ok));
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  CHECK(rig.now() - began >= 40ms);
  CHECK(rig.hears(rig.callees[1], post_of("body")));
  rig.callees[1].say(ok);
  CHECK(rig.ends(rig.callees[1], State::ended));  // its answer is complete, and nobody hears it
  rig.wait(10ms);
  CHECK(rig.callers[at].heard() == ok);
  CHECK(rig.rows(1).at(0).exchange.copies == 2);
}

TEST_CASE("a late request comes when its caller has gone", "[http][sockets]") {
  model::Fault one = fault("late_request");
  one.delay = 60ms;
  Rig rig({one});
  const std::size_t at = rig.connect();
  const auto began = rig.now();
  rig.callers[at].say(post_of("body"));
  rig.wait(10ms);
  rig.callers[at].close();
  CHECK(rig.ends(rig.callees[at], State::ended));
  CHECK(rig.callees[at].heard().empty());
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  CHECK(rig.now() - began >= 60ms);
  CHECK(rig.hears(rig.callees[1], post_of("body")));
}

TEST_CASE("a late request that is duplicated comes twice, and late", "[http][sockets]") {
  model::Fault late = fault("late_request");
  late.delay = 40ms;
  model::Fault twice = fault("duplicate_request");
  twice.gap = 1ms;
  Rig rig({late, twice});
  const std::size_t at = rig.connect();
  rig.callers[at].say(post_of("body"));
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 3; }));
  CHECK(rig.hears(rig.callees[1], post_of("body")));
  CHECK(rig.hears(rig.callees[2], post_of("body")));
  rig.callers[at].close();
  rig.callees[at].close();
  CHECK(rig.rows(1).at(0).exchange.copies == 2);
}

TEST_CASE("an answer that is due when its caller has gone was told to nobody", "[http][sockets]") {
  Rig rig({latency(1h)});
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  rig.callees[at].say(ok);
  rig.wait(20ms);
  CHECK(rig.link.journal().written() == 0);
  rig.callers[at].reset();
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.status == 0);
  CHECK(rows.at(0).exchange.failure == model::Failure::timed_out);
  CHECK(rows.at(0).exchange.copies == 1);
}

TEST_CASE("what is held comes at the heal at the latest", "[http][sockets]") {
  model::Fault one = fault("late_request");
  one.delay = 1h;
  Rig rig({one});
  const std::size_t at = rig.connect();
  rig.callers[at].say(post_of("body"));
  rig.wait(10ms);
  REQUIRE(rig.link.set_faults({}));
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  CHECK(rig.hears(rig.callees[1], post_of("body")));
}

TEST_CASE("a late request that asks before it sends is told to go on", "[http][sockets]") {
  model::Fault one = fault("late_request");
  one.delay = 1ms;
  Rig rig({one});
  const std::size_t at = rig.connect();
  const std::string head = "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  rig.callers[at].say(head);
  CHECK(rig.hears(rig.callers[at], "HTTP/1.1 100 Continue\r\n\r\n"));
  rig.callers[at].say("body");
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  CHECK(rig.hears(rig.callees[1], head + "body"));
}

TEST_CASE("a drip gives its answer byte by byte", "[http][sockets]") {
  model::Fault one = fault("drip");
  one.gap = 10ms;
  Rig rig({one});
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  const auto began = rig.now();
  rig.callees[at].say(ok);
  CHECK(rig.until([&] { return !rig.callers[at].heard().empty(); }));
  CHECK(rig.callers[at].heard().size() < ok.size());
  CHECK(rig.now() - began >= 10ms);
  CHECK(rig.hears(rig.callers[at], ok));
  CHECK(rig.now() - began >= 60ms);
}

TEST_CASE("a bandwidth gives its answer at its rate", "[http][sockets]") {
  model::Fault one = fault("bandwidth");
  one.rate.per_second.count = 100'000;
  Rig rig({one});
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  const auto began = rig.now();
  const std::string answer = ok_of(std::string(10'000, 'x'));
  rig.callees[at].say(answer);
  CHECK(rig.hears(rig.callers[at], answer));
  CHECK(rig.now() - began >= 100ms);
}

TEST_CASE("a truncated answer ends in the middle of its body", "[http][sockets]") {
  const auto heard = [](const std::string& answer, State state) {
    Rig rig({fault("truncate")});
    const std::size_t at = rig.connect();
    rig.callers[at].say(get);
    CHECK(rig.hears(rig.callees[at], get));
    rig.callees[at].say(answer);
    CHECK(rig.ends(rig.callers[at], state));
    CHECK(rig.rows(1).at(0).exchange.failure == model::Failure::reset);
    return rig.callers[at].heard();
  };
  const std::string whole = ok_of("0123456789");
  CHECK(heard(whole, State::ended) == whole.substr(0, whole.size() - 5));
  const std::string empty = ok_of("");
  CHECK(heard(empty, State::ended) == empty.substr(0, empty.size() / 2));
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(heard(head + "6\r\nabcdef\r\n0\r\n\r\n", State::ended) == head + "6\r\nabc");
  CHECK(heard(head + "0\r\n\r\n", State::ended) == head);
  // Where the end of the connection ends the body, it is to be an error.
  CHECK(std::string("HTTP/1.1 200 OK\r\n\r\nabc")
            .starts_with(heard("HTTP/1.1 200 OK\r\n\r\nabcdef", State::reset)));
  CHECK(heard("HTTP/1.1 204 No Content\r\n\r\n", State::ended) == "HTTP/1.1 204 ");
}

TEST_CASE("a corrupted answer keeps its framing", "[http][sockets]") {
  const auto heard = [](const std::string& answer, bool by_bytes) {
    Rig rig({fault("corrupt")});
    const std::size_t at = rig.connect();
    rig.callers[at].say(get);
    CHECK(rig.hears(rig.callees[at], get));
    for (std::size_t i = 0; i < answer.size(); i += by_bytes ? 1 : answer.size()) {
      rig.callees[at].say(std::string_view(answer).substr(i, by_bytes ? 1 : answer.size()));
      if (by_bytes) rig.wait(100us);
    }
    CHECK(rig.until([&] { return rig.callers[at].heard().size() == answer.size(); }));
    return rig.callers[at].heard();
  };
  const std::string plain = ok_of("{\"a\": 1, \"b\": 2, \"c\": 3}");
  const std::string broken = heard(plain, false);
  const std::size_t body = plain.find("{");
  CHECK(broken.substr(0, body) == plain.substr(0, body));
  CHECK(broken[body] != plain[body]);
  CHECK(heard(plain, true) == broken);
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunked = heard(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", false);
  CHECK(chunked.starts_with(head + "3\r\n"));
  CHECK(chunked.substr(head.size() + 6, 5) == "\r\n2\r\n");
  CHECK(chunked.ends_with("\r\n0\r\n\r\n"));
  CHECK(chunked[head.size() + 3] != 'a');
}

TEST_CASE("a silent request behind others is their end", "[http][sockets]") {
  model::Fault one = fault("drop_request");
  one.match.path = "/b";
  Rig rig({one});
  const std::size_t at = rig.connect();
  rig.callers[at].say(get_of("/a") + get_of("/b") + get_of("/c"));
  CHECK(rig.hears(rig.callees[at], get_of("/a") + get_of("/c")));
  rig.callees[at].say(ok_of("a") + ok_of("c"));
  CHECK(rig.hears(rig.callers[at], ok_of("a")));
  rig.wait(20ms);
  CHECK(rig.callers[at].heard() == ok_of("a"));
}

TEST_CASE("a fault that resets whatever comes resets what is there", "[http][sockets]") {
  const model::Fault whatever_comes = fault("reset_peer");
  Rig rig;
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  REQUIRE(rig.link.set_faults({whatever_comes}));
  CHECK(rig.ends(rig.callers[at], State::reset));
  CHECK(rig.hit() == 1);
  CHECK(rig.rows(1).at(0).faults == std::vector<std::string>{"reset_peer"});
}

TEST_CASE("a fault that severs connections silences those that are there", "[http][sockets]") {
  Rig rig;
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  REQUIRE(rig.link.set_faults({fault("half_open")}));
  rig.callees[at].say(ok);
  rig.wait(20ms);
  CHECK(rig.callers[at].heard().empty());
}

TEST_CASE("what cannot act on an HTTP link is refused by name", "[http][sockets]") {
  Rig rig({abort(503)});
  for (const char* type : {"crash", "pause", "connect_hang", "no_such_kind"}) {
    const auto set = rig.link.set_faults({fault(type)});
    REQUIRE_FALSE(set);
    CHECK(set.error().find(type) != std::string::npos);
  }
  CHECK_FALSE(rig.link.set_faults({abort(200)}));
  model::Fault elsewhere = abort(503);
  elsewhere.link = base::Link{"a", "b"};
  CHECK_FALSE(rig.link.set_faults({elsewhere}));
  CHECK(rig.link.hits().size() == 1);
}

TEST_CASE("faults of streams come on top", "[http][sockets]") {
  Rig rig({latency(40ms)});
  relay::StreamFault slow;
  slow.name = "slow";
  slow.effect.delay = relay::Delay{40ms};
  rig.link.tcp().set_faults({slow});
  const std::size_t at = rig.connect();
  rig.callers[at].say(get);
  CHECK(rig.hears(rig.callees[at], get));
  const auto began = rig.now();
  rig.callees[at].say(ok);
  CHECK(rig.hears(rig.callers[at], ok));
  CHECK(rig.now() - began >= 80ms);

  // And on what the link answers itself.
  REQUIRE(rig.link.set_faults({abort(503)}));
  for (int i = 0; i < 2; ++i) {
    const std::size_t heard = rig.callers[at].heard().size();
    const auto asked = rig.now();
    rig.callers[at].say(get);
    CHECK(rig.until([&] { return rig.callers[at].heard().size() > heard; }));
    CHECK(rig.now() - asked >= 40ms);
  }
}

TEST_CASE("a request longer than a copy may be comes once", "[http][sockets]") {
  Rig rig({fault("duplicate_request")});
  const std::size_t at = rig.connect();
  const std::string request = post_of(std::string(2 << 20, 'x'));
  std::size_t sent = 0;
  CHECK(rig.until([&] {
    sent += rig.callers[at].offer(std::string_view(request).substr(sent));
    return rig.callees[at].heard().size() == request.size();
  }));
  rig.callees[at].say(ok);
  CHECK(rig.hears(rig.callers[at], ok));
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.copies == 1);
  CHECK_FALSE(rows.at(0).note.empty());
}

}  // namespace seawall::http
