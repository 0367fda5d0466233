// What Toxiproxy's clients rely on, asked over the wire, in the order of the list that was observed
// of them.
#include "tests/toxiproxy/wire.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using namespace seawall::toxiproxy;
using seawall::has;
using test::EchoServer;
using test::Heard;
using test::Socket;
using test::Stand;

namespace {

std::uint16_t port_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

bool echoes(std::uint16_t port) {
  const Socket socket = Socket::connect(port);
  socket.say("hello\n");
  return socket.hear_line() == "hello\n";
}

}  // namespace

TEST_CASE("1: a version of at least 2.6.0, and both verbs update") {
  const Stand stand;
  CHECK(stand.told("GET", "/version") == "200 {\"version\": \"2.12.0\"}\n");
  const EchoServer echo;
  stand.proxy("p", echo.address());
  stand.ask("POST", "/proxies/p/toxics", R"({"type":"latency"})");
  for (const char* verb : {"POST", "PATCH"}) {
    CHECK(stand.ask(verb, "/proxies/p", R"({"enabled":true})").status == 200);
    CHECK(has(
        stand.told(verb, "/proxies/p/toxics/latency_downstream", R"({"attributes":{"jitter":3}})"),
        R"("jitter":3)"));
  }
}

TEST_CASE("2: a new proxy is enabled, and says where it listens") {
  const Stand stand;
  const EchoServer echo;
  const auto create = [&](const std::string& fields) {
    return stand.ask("POST", "/proxies",
                     "{" + fields + R"(,"upstream":")" + echo.address() + "\"}");
  };
  const Heard local = create(R"("name":"a","listen":"localhost:0")");
  CHECK(local.status == 201);
  CHECK(test::text_in(local.body, "listen").starts_with("127.0.0.1:"));
  CHECK(has(local.body, R"("enabled":true)"));
  CHECK(echoes(port_of(test::text_in(local.body, "listen"))));
  const Heard null = create(R"("name":"b","listen":"127.0.0.1:0","enabled":null)");
  CHECK(has(null.body, R"("enabled":true)"));
  const Heard off = create(R"("name":"c","listen":"localhost:0","enabled":false)");
  CHECK(off.status == 201);
  CHECK(test::text_in(off.body, "listen") == "localhost:0");
  const Heard anywhere = create(R"("name":"d")");
  INFO(anywhere.body);
  // A machine may have no IPv6.
  const std::string at = test::text_in(anywhere.body, "listen");
  CHECK((at.starts_with("[::]:") || at.starts_with("0.0.0.0:")));
  CHECK(echoes(port_of(test::text_in(anywhere.body, "listen"))));
}

TEST_CASE("3: refusals have their words") {
  const Stand stand;
  const EchoServer echo;
  stand.proxy("p", echo.address());
  CHECK(stand.told("POST", "/proxies", "{}") ==
        R"(400 {"error":"missing required field: name","status":400})");
  CHECK(stand.told("POST", "/proxies", R"({"name":"q"})") ==
        R"(400 {"error":"missing required field: upstream","status":400})");
  CHECK(stand.told("POST", "/proxies", R"({"name":"p","upstream":"127.0.0.1:1"})") ==
        R"(409 {"error":"proxy already exists","status":409})");
  CHECK(stand.told("POST", "/proxies",
                   R"({"name":"q","upstream":"127.0.0.1:1","listen":")" + echo.address() + "\"}") ==
        R"(500 {"error":"listen tcp )" + echo.address() +
            R"(: bind: address already in use","status":500})");
  CHECK(stand.told("GET", "/proxies/q") == R"(404 {"error":"proxy not found","status":404})");
  CHECK(stand.told("GET", "/proxies/p/toxics/t") ==
        R"(404 {"error":"toxic not found","status":404})");
  CHECK(has(stand.told("POST", "/proxies", "{"), R"(400 {"error":"bad request body: )"));
  CHECK(has(stand.told("POST", "/proxies/p/toxics", R"({"type":"x"})"),
            R"(400 {"error":"invalid toxic type")"));
  CHECK(has(stand.told("POST", "/proxies/p/toxics", R"({"type":"noop","stream":"x"})"),
            R"(400 {"error":"stream was invalid, can be either upstream or downstream")"));
  CHECK(stand.ask("POST", "/proxies/p/toxics", R"({"type":"noop"})").status == 200);
  CHECK(has(stand.told("POST", "/proxies/p/toxics", R"({"type":"noop"})"),
            R"(409 {"error":"toxic already exists")"));
  CHECK(stand.ask("PUT", "/proxies/p").status == 405);
  CHECK(stand.ask("GET", "/reset").status == 405);
  CHECK(stand.ask("GET", "/nothing").status == 404);
}

TEST_CASE("4: populate checks first, keeps what it made, and keeps the toxics of what stays") {
  const Stand stand;
  const EchoServer echo;
  const EchoServer other;
  const std::uint16_t port = stand.proxy("a", echo.address());
  stand.proxy("b", echo.address());
  for (const char* name : {"a", "b"})
    stand.ask("POST", std::string("/proxies/") + name + "/toxics", R"({"type":"noop"})");
  const Socket open = Socket::connect(port);
  open.say("hello\n");
  CHECK(open.hear_line() == "hello\n");

  const auto one = [](const std::string& name, const std::string& listen,
                      const std::string& upstream) {
    return R"({"name":")" + name + R"(","listen":")" + listen + R"(","upstream":")" + upstream +
           "\"}";
  };
  CHECK(has(stand.told("POST", "/populate", "[" + one("c", "", echo.address()) + ",{}]"),
            "400 {\"error\":\"missing required field: name at proxy 2\""));
  CHECK(stand.ask("GET", "/proxies/c").status == 404);

  const std::string same = "localhost:" + std::to_string(port);
  const Heard populated = stand.ask(
      "POST", "/populate",
      "[" + one("a", same, echo.address()) + "," + one("b", "127.0.0.1:0", other.address()) + "]");
  CHECK(populated.status == 201);
  CHECK(has(populated.body, R"({"proxies":[{"name":"a","listen":"127.0.0.1:)"));
  CHECK(has(stand.told("GET", "/proxies/a/toxics"), "noop_downstream"));
  CHECK(stand.told("GET", "/proxies/b/toxics") == "200 []");
  open.say("still here\n");
  CHECK(open.hear_line() == "still here\n");

  const Heard failed = stand.ask("POST", "/populate",
                                 "[" + one("d", "127.0.0.1:0", echo.address()) + "," +
                                     one("e", echo.address(), echo.address()) + "]");
  CHECK(failed.status == 500);
  CHECK(has(failed.body, "bind: address already in use"));
  CHECK(has(failed.body, R"("proxies":[{"name":"d")"));
  CHECK(stand.ask("GET", "/proxies/d").status == 200);
  CHECK(stand.ask("GET", "/proxies/e").status == 404);
}

TEST_CASE("5: toxics have defaults, echoes, merges and an order") {
  const Stand stand;
  const EchoServer echo;
  stand.proxy("p", echo.address());
  CHECK(stand.told("POST", "/proxies/p/toxics",
                   R"({"type":"latency","attributes":{"latency":1,"x":2},"toxicity":0.2})") ==
        R"(200 {"attributes":{"latency":1,"jitter":0},"name":"latency_downstream",)"
        R"("type":"latency","stream":"downstream","toxicity":0.2})");
  CHECK(has(stand.told("POST", "/proxies/p/toxics", R"({"type":"noop","stream":"upstream"})"),
            R"("name":"noop_upstream","type":"noop","stream":"upstream","toxicity":1})"));
  CHECK(has(stand.told("POST", "/proxies/p/toxics",
                       R"({"type":"noop","stream":"upstream","name":"latency_downstream"})"),
            "409 "));
  CHECK(has(
      stand.told("PATCH", "/proxies/p/toxics/latency_downstream", R"({"attributes":{"jitter":4}})"),
      R"("latency":1,"jitter":4},"name":"latency_downstream")"));
  CHECK(has(stand.told("GET", "/proxies/p/toxics/latency_downstream"), R"("toxicity":0.2)"));
  const std::string all = stand.told("GET", "/proxies/p/toxics");
  CHECK(all.find("noop_upstream") < all.find("latency_downstream"));
}

TEST_CASE("6: what is deleted has no body, and a reset keeps ports") {
  const Stand stand;
  const EchoServer echo;
  const std::uint16_t port = stand.proxy("p", echo.address());
  stand.ask("POST", "/proxies/p/toxics", R"({"type":"timeout"})");
  stand.ask("PATCH", "/proxies/p", R"({"enabled":false})");
  CHECK(stand.told("POST", "/reset") == "204 ");
  CHECK(echoes(port));
  CHECK(stand.told("GET", "/proxies/p/toxics") == "200 []");
  stand.ask("POST", "/proxies/p/toxics", R"({"type":"noop"})");
  CHECK(stand.told("DELETE", "/proxies/p/toxics/noop_downstream") == "204 ");
  CHECK(stand.told("DELETE", "/proxies/p") == "204 ");
  CHECK(Socket::connect(port).failure == ECONNREFUSED);
}

TEST_CASE("7: a disabled proxy refuses and closes, and comes back as it was") {
  const Stand stand;
  const EchoServer echo;
  const EchoServer other;
  const std::uint16_t port = stand.proxy("p", echo.address());
  stand.ask("POST", "/proxies/p/toxics", R"({"type":"noop"})");
  const Socket open = Socket::connect(port);
  open.say("hello\n");
  CHECK(open.hear_line() == "hello\n");
  CHECK(has(stand.told("PATCH", "/proxies/p", R"({"enabled":false})"), R"("enabled":false)"));
  CHECK(open.hear_end() != Socket::End::open);
  CHECK(Socket::connect(port).failure == ECONNREFUSED);
  CHECK(has(stand.told("PATCH", "/proxies/p", R"({"enabled":true})"),
            R"("listen":"127.0.0.1:)" + std::to_string(port) + "\""));
  CHECK(echoes(port));
  CHECK(has(stand.told("GET", "/proxies/p/toxics"), "noop_downstream"));

  const Socket before = Socket::connect(port);
  before.say("hello\n");
  CHECK(before.hear_line() == "hello\n");
  stand.ask("PATCH", "/proxies/p", R"({"upstream":")" + other.address() + "\"}");
  CHECK(before.hear_end() != Socket::End::open);
  CHECK(echoes(port));
  const std::string moved = stand.told("PATCH", "/proxies/p", R"({"listen":"127.0.0.1:0"})");
  CHECK(Socket::connect(port).failure == ECONNREFUSED);
  CHECK(echoes(port_of(test::text_in(moved, "listen"))));
}

TEST_CASE("8: where the upstream cannot be reached, a connection is made and ends") {
  const Stand stand;
  const EchoServer echo;
  const std::uint16_t closed = stand.proxy("closed", echo.address());
  stand.ask("PATCH", "/proxies/closed", R"({"enabled":false})");
  const std::uint16_t port = stand.proxy("p", "127.0.0.1:" + std::to_string(closed));
  const Socket socket = Socket::connect(port);
  REQUIRE(socket.failure == 0);
  CHECK(socket.hear_end() == Socket::End::closed);
}

TEST_CASE("9: answers are numbered, browsers refused and names unescaped") {
  const Stand stand;
  const EchoServer echo;
  CHECK(has(stand.ask("GET", "/version").head, "X-Toxiproxy-Request-Id: "));
  const Heard browser = stand.ask("GET", "/version", "", "User-Agent: Mozilla/5.0 (X11)\r\n");
  CHECK(browser.status == 403);
  CHECK(has(browser.head, "X-Toxiproxy-Request-Id: "));
  CHECK(stand.ask("GET", "/version", "", "Origin: http://evil.example\r\n").status == 403);
  stand.proxy("order->postgres", echo.address());
  CHECK(stand.ask("GET", "/proxies/order-%3Epostgres").status == 200);
  CHECK(stand.ask("DELETE", "/proxies/order-%3Epostgres").status == 204);
}

TEST_CASE("11: the bytes of each direction are counted, where metrics are asked for") {
  CHECK(Stand().ask("GET", "/metrics").status == 404);
  const Stand stand({true, false});
  const EchoServer echo;
  const std::uint16_t port = stand.proxy("p", echo.address());
  CHECK(echoes(port));
  const std::string labels = R"(,proxy="p",listener="127.0.0.1:)" + std::to_string(port) +
                             R"(",upstream=")" + echo.address() + "\"} 6\n";
  std::vector<std::string> lines;
  for (const char* name : {"received", "sent"})
    for (const char* direction : {"upstream", "downstream"})
      lines.push_back(std::string("toxiproxy_proxy_") + name + "_bytes_total{direction=\"" +
                      direction + "\"" + labels);
  // What was sent is counted a moment after it has arrived.
  std::string metrics;
  const auto all = [&] {
    metrics = stand.ask("GET", "/metrics").body;
    return std::all_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return has(metrics, line); });
  };
  bool counted = all();
  for (int i = 0; i < 1000 && !counted; ++i) counted = all();
  INFO(metrics);
  CHECK(counted);
}

TEST_CASE("12: what Testcontainers does") {
  const Stand stand;
  const EchoServer echo;
  CHECK(stand.ask("GET", "/version").status == 200);
  CHECK(stand.told("GET", "/proxies") == "200 {}");
  const Heard made = stand.ask("POST", "/proxies",
                               R"({"name":"redis","listen":"0.0.0.0:0",)"
                               R"("upstream":")" +
                                   echo.address() + "\"}");
  const std::string listen = test::text_in(made.body, "listen");
  CHECK(listen.starts_with("0.0.0.0:"));
  CHECK(echoes(port_of(listen)));
  const auto update = [&](const char* enabled) {
    return stand.ask("POST", "/proxies/redis",
                     std::string(R"({"enabled":)") + enabled + R"(,"listen":")" + listen +
                         R"(","upstream":")" + echo.address() + "\"}");
  };
  CHECK(update("false").status == 200);
  CHECK(Socket::connect(port_of(listen)).failure == ECONNREFUSED);
  CHECK(update("true").status == 200);
  CHECK(echoes(port_of(listen)));
}
