// A forward proxy on the wire: who asks it by names meets the links that stand for them.
#include "faults/http/forward_head.hpp"
#include "faults/http/forward_proxy.hpp"
#include "tests/http/rig.hpp"
#include "tests/support/has.hpp"

namespace seawall::http {

namespace {

// Two links with callees that the test plays, and the forward proxy of one caller before them.
struct Town {
  explicit Town(bool passes_unknown = false)
      : proxy(live::steady_now, {"order", {"127.0.0.1", 0}, {}, {}}) {
    REQUIRE(payment.link.tcp().start());
    REQUIRE(stock.link.tcp().start());
    set_routes(passes_unknown);
    REQUIRE(proxy.start());
  }
  void set_routes(bool passes_unknown) {
    ForwardRoutes routes;
    routes.passes_unknown = passes_unknown;
    add(routes, "payment:3002", payment.link.tcp().listen());
    add(routes, "stock", stock.link.tcp().listen());
    add(routes, "gone:1", {});
    proxy.set_routes(std::move(routes));
  }
  static void add(ForwardRoutes& routes, std::string_view authority,
                  std::optional<relay::Endpoint> at) {
    auto route = make_route(authority, "order -> " + std::string(authority));
    REQUIRE(route);
    route->at = std::move(at);
    routes.routes.push_back(*std::move(route));
  }

  template <class Condition>
  bool until(Condition condition) {
    return net::run_until(payment.loop, condition);
  }
  Peer call() const { return Peer::connect_to(proxy.listen().port); }
  // The connection that came to this callee.
  static Peer& taken(Rig& rig) {
    const std::size_t before = rig.callees.size();
    REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) > before; }));
    return rig.callees.back();
  }
  bool hears(Peer& peer, std::string_view bytes) {
    const bool all = until([&] { return peer.heard().size() >= bytes.size(); });
    INFO(peer.heard());
    CHECK(peer.heard() == bytes);
    return all && peer.heard() == bytes;
  }
  bool ends(Peer& peer, State state) {
    return until([&] { return peer.state() == state; });
  }
  std::string answer_to(std::string_view request) {
    Peer caller = call();
    caller.say(request);
    CHECK(ends(caller, State::ended));
    return caller.heard();
  }

  Rig payment;
  Rig stock;
  ForwardProxy proxy;
};

constexpr std::string_view charge =
    "POST http://Payment:3002/charge?a=b HTTP/1.1\r\nHost: wrong\r\nProxy-Connection: "
    "Keep-Alive\r\n"
    "proxy-authorization: Basic abc\r\nContent-Length: 4\r\nX-Test-Id: t42\r\n\r\nbody";
constexpr std::string_view charge_there =
    "POST /charge?a=b HTTP/1.1\r\nHost: Payment:3002\r\nContent-Length: 4\r\nX-Test-Id: t42\r\n\r\n"
    "body";

bool starts(const std::string& text, std::string_view words) { return text.starts_with(words); }
base::expected<ForwardRequest, ForwardRefusal> read(const std::string& text) {
  HeadReader reader(Side::request);
  REQUIRE(reader.read(text) == HeadReader::State::complete);
  return read_forward_request(reader.head());
}

}  // namespace

TEST_CASE("a request in absolute form comes to its link in origin form", "[http][sockets]") {
  Town town;
  Peer caller = town.call();
  caller.say(charge);
  Peer& callee = Town::taken(town.payment);
  CHECK(town.hears(callee, charge_there));
  callee.say(ok);
  CHECK(town.hears(caller, ok));
  const auto rows = town.payment.rows(1);
  CHECK(rows.at(0).target == "/charge?a=b");
  CHECK(town.proxy.counters().requests == 1);
  CHECK(town.stock.link.journal().written() == 0);
}

TEST_CASE("requests of one connection go each to its own link", "[http][sockets]") {
  Town town;
  Peer caller = town.call();
  // Pipelined, and answered in order.
  caller.say(std::string(charge) + "GET http://stock/items HTTP/1.1\r\nHost: stock\r\n\r\n" +
             std::string(charge));
  Peer& payment = Town::taken(town.payment);
  CHECK(town.hears(payment, charge_there));
  CHECK(town.stock.upstream.accept_into(town.stock.callees) == 0);
  payment.say(ok_of("paid"));
  Peer& stock = Town::taken(town.stock);
  CHECK(town.hears(stock, "GET /items HTTP/1.1\r\nHost: stock\r\n\r\n"));
  stock.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n");
  // The third goes over the connection that is there.
  CHECK(town.hears(payment, std::string(charge_there) + std::string(charge_there)));
  payment.say(ok_of("again"));
  CHECK(town.hears(caller, ok_of("paid") +
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nall\r\n0\r\n\r\n" +
                               ok_of("again")));
  CHECK(town.proxy.counters().open == 1);
}

TEST_CASE("CONNECT makes a tunnel in which the link reads HTTP along", "[http][sockets]") {
  Town town;
  Peer caller = town.call();
  caller.say("CONNECT payment:3002 HTTP/1.1\r\nHost: payment:3002\r\n\r\n");
  const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
  REQUIRE(town.hears(caller, established));
  Peer& callee = Town::taken(town.payment);
  REQUIRE(town.payment.link.set_faults({abort(503)}));
  caller.say(get);
  CHECK(town.until([&] { return has(caller.heard(), "HTTP/1.1 503 "); }));
  CHECK(callee.heard().empty());
  REQUIRE(town.payment.link.set_faults({}));
  caller.say(get);
  CHECK(town.hears(callee, get));
  callee.end();
  CHECK(town.ends(caller, State::ended));
  CHECK(town.proxy.counters().tunnels == 1);
}

TEST_CASE("faults of the link act on what a forward proxy brings", "[http][sockets]") {
  Town town;
  REQUIRE(town.payment.link.set_faults({abort(503)}));
  Peer caller = town.call();
  caller.say(charge);
  CHECK(town.until([&] { return has(caller.heard(), "broken"); }));
  CHECK(starts(caller.heard(), "HTTP/1.1 503 "));
  // The connection goes on, to another link too.
  caller.say("GET http://stock/ HTTP/1.1\r\n\r\n");
  CHECK(town.hears(Town::taken(town.stock), "GET / HTTP/1.1\r\nHost: stock\r\n\r\n"));

  model::Fault reset_peer = fault("reset_peer");
  reset_peer.direction = model::Direction::request;
  REQUIRE(town.payment.link.set_faults({reset_peer}));
  Peer reset = town.call();
  reset.say(charge);
  CHECK(town.ends(reset, State::reset));
}

TEST_CASE("a link that refuses resets its caller, and one that is gone is told",
          "[http][sockets]") {
  Town town;
  town.payment.link.tcp().stop();
  for (const std::string& request :
       {std::string(charge), std::string("CONNECT payment:3002 HTTP/1.1\r\n\r\n")}) {
    Peer caller = town.call();
    caller.say(request);
    CHECK(town.ends(caller, State::reset));
    CHECK(caller.heard().empty());
  }
  const std::string gone = town.answer_to("GET http://gone:1/ HTTP/1.1\r\n\r\n");
  CHECK(starts(gone, "HTTP/1.1 502 "));
  CHECK(has(gone, "the link 'order -> gone:1' to gone:1 is gone"));
}

TEST_CASE("what is unknown is refused with what is known", "[http][sockets]") {
  Town town;
  for (const std::string& request :
       {std::string("GET http://payment:9/ HTTP/1.1\r\n\r\n"),
        std::string("CONNECT payment:9 HTTP/1.1\r\n\r\n"),
        std::string("POST http://payment:9/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")}) {
    const std::string answer = town.answer_to(request);
    CHECK(starts(answer, "HTTP/1.1 403 "));
    CHECK(has(answer, "there is no link to payment:9 here: there is one to payment:3002, stock, "));
  }
  CHECK(starts(town.answer_to("GET / HTTP/1.1\r\nHost: payment:3002\r\n\r\n"), "HTTP/1.1 400 "));
  CHECK(starts(town.answer_to("hello\r\n\r\n"), "HTTP/1.1 400 "));
  CHECK(town.proxy.counters().refused == 5);
  CHECK(town.proxy.counters().requests == 0);
}

TEST_CASE("what is unknown is passed on where the routes say so", "[http][sockets]") {
  Town town(true);
  net::PeerListener other;
  const std::string host = "localhost:" + std::to_string(other.port());
  Peer caller = town.call();
  caller.say("GET http://" + host + "/x HTTP/1.1\r\n\r\n");
  std::vector<Peer> callees;
  REQUIRE(town.until([&] { return other.accept_into(callees) == 1; }));
  CHECK(town.hears(callees.at(0), "GET /x HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
  callees.at(0).say(ok);
  CHECK(town.hears(caller, ok));
  const std::string nobody = town.answer_to("GET http://nobody.invalid/ HTTP/1.1\r\n\r\n");
  CHECK(starts(nobody, "HTTP/1.1 502 "));
}

TEST_CASE("bodies of any size pass both ways, and an answer may end with its connection",
          "[http][sockets]") {
  Town town;
  const std::string body(3'000'000, 'x');
  const std::string length = "Content-Length: 3000000\r\n\r\n";
  const std::string request = "PUT http://stock/ HTTP/1.1\r\n" + length + body;
  const std::string there = "PUT / HTTP/1.1\r\nHost: stock\r\n" + length + body;
  Peer caller = town.call();
  std::vector<Peer>& callees = town.stock.callees;
  std::size_t said = 0;
  REQUIRE(town.until([&] {
    said += caller.offer(std::string_view(request).substr(said));
    town.stock.upstream.accept_into(callees);
    return !callees.empty() && callees.back().heard().size() == there.size();
  }));
  CHECK(callees.back().heard() == there);

  const std::string answer = "HTTP/1.1 200 OK\r\n\r\n" + body;
  std::size_t answered = 0;
  REQUIRE(town.until([&] {
    answered += callees.back().offer(std::string_view(answer).substr(answered));
    return caller.heard().size() == answer.size();
  }));
  CHECK(caller.state() == State::open);
  callees.back().end();
  CHECK(town.ends(caller, State::ended));
  CHECK(caller.heard() == answer);
}

TEST_CASE("a kept connection that its link has closed is made anew", "[http][sockets]") {
  Town town;
  Peer caller = town.call();
  for (int i = 0; i < 3; ++i) {
    const std::size_t before = caller.heard().size();
    caller.say(charge);
    Peer& callee = Town::taken(town.payment);
    REQUIRE(town.hears(callee, charge_there));
    callee.say(ok);
    REQUIRE(town.until([&] { return caller.heard().size() == before + ok.size(); }));
    callee.end();
    callee.close();
    REQUIRE(town.until([&] { return town.payment.link.tcp().counters().open == 0; }));
  }
}

TEST_CASE("interim answers and other protocols pass", "[http][sockets]") {
  Town town;
  Peer caller = town.call();
  caller.say("POST http://stock/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  Peer& callee = Town::taken(town.stock);
  const std::string carry_on = "HTTP/1.1 100 Continue\r\n\r\n";
  callee.say(carry_on);
  REQUIRE(town.hears(caller, carry_on));
  caller.say("hi");
  REQUIRE(town.until([&] { return callee.heard().ends_with("hi"); }));
  callee.say(ok);
  REQUIRE(town.hears(caller, carry_on + std::string(ok)));

  Peer other = town.call();
  other.say("GET http://stock/ HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
  Peer& chat = Town::taken(town.stock);
  const std::string switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n\r\nhello";
  chat.say(switched);
  REQUIRE(town.hears(other, switched));
  const std::size_t heard = chat.heard().size();
  other.say("\x01\x02 anything");
  CHECK(town.until([&] { return chat.heard().substr(heard) == "\x01\x02 anything"; }));
}

TEST_CASE("callers that leave take their connections with them", "[http][sockets]") {
  Town town;
  for (const bool by_reset : {false, true}) {
    Peer caller = town.call();
    caller.say(charge);
    Peer& callee = Town::taken(town.payment);
    REQUIRE(town.hears(callee, charge_there));
    if (by_reset)
      caller.reset();
    else
      caller.close();
    CHECK(town.until([&] { return callee.state() != State::open; }));
    callee.close();
    CHECK(town.until([&] { return town.proxy.counters().open == 0; }));
  }
}

TEST_CASE("what a forward proxy is asked is read by the rules of HTTP") {
  const auto rewritten = [](const std::string& target) {
    const auto request = read("GET " + target + " HTTP/1.1\r\n\r\n");
    REQUIRE(request);
    return request->head.substr(0, request->head.find("\r\n")) + " of " + to_text(request->to);
  };
  CHECK(rewritten("HTTP://Shop/x") == "GET /x HTTP/1.1 of shop:80");
  CHECK(rewritten("http://shop") == "GET / HTTP/1.1 of shop:80");
  CHECK(rewritten("http://shop.?q=http://b") == "GET /?q=http://b HTTP/1.1 of shop:80");
  CHECK(rewritten("http://[::1]:8080/a/b") == "GET /a/b HTTP/1.1 of [::1]:8080");
  CHECK(rewritten("http://[::1]/") == "GET / HTTP/1.1 of [::1]:80");
  CHECK(rewritten("http://shop:/") == "GET / HTTP/1.1 of shop:80");
  CHECK(read("OPTIONS http://shop:1 HTTP/1.1\r\n\r\n")->head ==
        "OPTIONS * HTTP/1.1\r\nHost: shop:1\r\n\r\n");
  CHECK(read("GET http://a:1/ HTTP/1.0\r\nA: b\r\n\r\n")->head ==
        "GET / HTTP/1.0\r\nHost: a:1\r\nA: b\r\n\r\n");
  for (const char* target :
       {"/x", "shop:80", "http://", "http:///x", "http://user@shop/", "*", "http://shop:99999/",
        "https://shop/", "http://a\"b/", "http://./", "http://a../"}) {
    HeadReader reader(Side::request);
    const std::string text = std::string("GET ") + target + " HTTP/1.1\r\n\r\n";
    REQUIRE(reader.read(text) == HeadReader::State::complete);
    const auto request = read_forward_request(reader.head());
    INFO(target);
    REQUIRE_FALSE(request);
    CHECK(request.error().status == 400);
    CHECK(has(request.error().sentence, "expected"));
  }
  CHECK_FALSE(read("CONNECT shop HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(read("CONNECT shop:0 HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(read("GET http://shop:0/ HTTP/1.1\r\n\r\n"));
}

}  // namespace seawall::http
