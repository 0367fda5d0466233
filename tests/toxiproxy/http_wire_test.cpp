// Faults of HTTP requests on the wire: what a caller sees of them, and what the journal tells.
#include <atomic>

#include "harness/live/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"
#include "tests/toxiproxy/wire.hpp"

using namespace std::chrono_literals;
using namespace seawall::toxiproxy::test;
using seawall::has;
using seawall::live::steady_now;
using seawall::toxiproxy::Answer;

namespace {

// The upstream is another API of the same kind: /version is all that is asked of it.
struct HttpWire {
  Stand upstream;
  Stand stand{{true, false}};
  std::uint16_t port = stand.proxy("web", "127.0.0.1:" + std::to_string(upstream.port()));

  void add(const std::string& body) const {
    const Heard heard = stand.ask("POST", "/seawall/v1/proxies/web/faults", body);
    INFO(heard.body);
    REQUIRE(heard.status == 201);
  }
  Heard get(const std::string& headers = "", const std::string& target = "/version") const {
    return seawall::toxiproxy::test::http(port, "GET", target, "", headers);
  }
  std::string fault(const std::string& name) const {
    return stand.told("GET", "/seawall/v1/proxies/web/faults/" + name);
  }
  // A row is written when its connection or its answer has ended, which its caller may see sooner.
  std::string journal(const std::string& query, const std::string& until) const {
    std::string told;
    const auto began = steady_now();
    do told = stand.told("GET", "/seawall/v1/proxies/web/journal" + query);
    while (!has(told, until) && steady_now() - began < 20s);
    INFO(told);
    CHECK(has(told, until));
    return told;
  }
};

const std::string ask_version = "GET /version HTTP/1.1\r\nHost: a\r\n\r\n";

// The status line's beginning, of the whole answer that comes next.
std::string answer_on(const Socket& socket) {
  const std::string line = socket.hear_line();
  std::size_t length = 0;
  for (std::string header = socket.hear_line(); header.size() > 2; header = socket.hear_line())
    if (header.starts_with("Content-Length: ")) length = std::stoul(header.substr(16));
  socket.hear(length);
  return line.substr(0, 12);
}

std::string status_on(const Socket& socket) {
  socket.say(ask_version);
  return answer_on(socket);
}

}  // namespace

TEST_CASE("an abort of all requests answers 503, until it is removed") {
  const HttpWire wire;
  CHECK(wire.get().status == 200);
  wire.add(R"({"name":"down","type":"http_abort","status":503,"body":"busy"})");
  for (int i = 0; i < 3; ++i) CHECK(wire.get().status == 503);
  CHECK(wire.get().body == "busy");
  CHECK(has(wire.fault("down"), R"("hits":{"matched":4,"acted":4})"));
  CHECK(has(wire.stand.ask("GET", "/metrics").body,
            "seawall_fault_hits_total{proxy=\"web\",fault=\"down\"} 4\n"));
  CHECK(wire.stand.ask("DELETE", "/seawall/v1/proxies/web/faults/down").status == 204);
  CHECK(wire.get().status == 200);
}

TEST_CASE("a fault that a header limits touches that test alone") {
  const HttpWire wire;
  wire.add(R"({"type":"http_abort","status":500,"match":{"header":{"X-Test-Id":"t42"}}})");
  CHECK(wire.get("X-Test-Id: t42\r\n").status == 500);
  CHECK(wire.get("X-Test-Id: t43\r\n").status == 200);
  CHECK(wire.get().status == 200);
  CHECK(has(wire.fault("http_abort-1"), R"("hits":{"matched":1,"acted":1})"));
}

TEST_CASE("a fault of the first two requests lets the third pass") {
  const HttpWire wire;
  wire.add(R"({"type":"http_abort","status":503,"first":2})");
  CHECK(wire.get().status == 503);
  CHECK(wire.get().status == 503);
  CHECK(wire.get().status == 200);
  CHECK(has(wire.fault("http_abort-1"), R"("acted":2})"));
}

TEST_CASE("latency is of answers, and reset takes it away") {
  const HttpWire wire;
  wire.add(R"({"type":"latency","latency":"150ms"})");
  const auto began = steady_now();
  CHECK(wire.get().status == 200);
  CHECK(steady_now() - began >= 150ms);
  CHECK(wire.stand.ask("POST", "/reset").status == 204);
  CHECK(wire.stand.told("GET", "/seawall/v1/proxies/web/faults") == "200 []");
  auto least = 150ms + 0ns;
  for (int i = 0; i < 50 && least >= 150ms; ++i) {
    const auto again = steady_now();
    CHECK(wire.get().status == 200);
    least = std::min(least, std::chrono::nanoseconds(steady_now() - again));
  }
  CHECK(least < 150ms);
}

TEST_CASE("a dropped reply leaves the work done and the caller without an answer") {
  const HttpWire wire;
  wire.add(R"({"type":"drop_reply","match":{"method":"POST"}})");
  {
    const Socket socket = Socket::connect(wire.port);
    socket.say(
        "POST /proxies HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n"
        R"({"name":"made","upstream":"127.0.0.1:1"})");
    const auto began = steady_now();
    while (wire.upstream.proxies.list().empty() && steady_now() - began < 20s) {
    }
    CHECK(wire.upstream.proxies.list().size() == 1);
  }
  wire.journal("?fault=drop_reply-1", R"("status":0,"faults":["drop_reply-1"])");
}

TEST_CASE("a fault comes to a connection that is open and rests") {
  const HttpWire wire;
  const Socket socket = Socket::connect(wire.port);
  CHECK(status_on(socket) == "HTTP/1.1 200");
  CHECK(status_on(socket) == "HTTP/1.1 200");
  wire.add(R"({"type":"http_abort","status":503,"first":1})");
  CHECK(status_on(socket) == "HTTP/1.1 503");
  CHECK(status_on(socket) == "HTTP/1.1 200");
}

TEST_CASE("a fault that comes while an answer is awaited means the next request") {
  const HttpWire wire;
  const std::uint16_t through = wire.stand.proxy("front", "127.0.0.1:" + std::to_string(wire.port));
  const Heard slow = wire.stand.ask("POST", "/proxies/web/toxics",
                                    R"({"type":"latency","attributes":{"latency":200}})");
  REQUIRE(slow.status == 200);
  const Socket socket = Socket::connect(through);
  socket.say(ask_version);
  const auto began = steady_now();
  while (wire.stand.proxies.numbers("web")->counters.up.received_bytes < ask_version.size())
    REQUIRE(steady_now() - began < 20s);
  const Heard added = wire.stand.ask("POST", "/seawall/v1/proxies/front/faults",
                                     R"({"type":"http_abort","status":503})");
  REQUIRE(added.status == 201);
  CHECK(answer_on(socket) == "HTTP/1.1 200");
  CHECK(status_on(socket) == "HTTP/1.1 503");
}

TEST_CASE("a journal that is kept tells of requests without a fault, its secrets masked") {
  const HttpWire wire;
  wire.get("", "/version?not=seen");
  CHECK(wire.stand.ask("PATCH", "/seawall/v1/proxies/web", R"({"journal":true})").status == 200);
  wire.get("Authorization: Bearer abc\r\n", "/version?token=abc&page=7");
  wire.get("", "/nothing");
  wire.journal("", R"("target":"/nothing","status":404)");
  const std::string rows = wire.journal("?path=/version*", "page=7");
  CHECK(has(rows,
            R"({"method":"GET","target":"/version?token=***&page=7","status":200,"faults":[])"));
  CHECK_FALSE(has(rows, "abc"));
  CHECK_FALSE(has(rows, "/nothing"));
  CHECK_FALSE(has(rows, "not=seen"));
  CHECK(has(wire.journal("?status=404", "/nothing"), R"("method":"GET")"));
  CHECK(wire.stand.ask("DELETE", "/seawall/v1/proxies/web/journal").status == 204);
  CHECK(has(wire.journal("", "rows"), R"("rows":[]})"));
  CHECK(has(wire.journal("?limit=1&since=1h", "rows"), R"("rows":[]})"));
}

TEST_CASE("what is no HTTP passes beside a fault of requests") {
  const Stand stand;
  const EchoServer echo;
  const std::uint16_t port = stand.proxy("p", echo.address());
  const Heard added =
      stand.ask("POST", "/seawall/v1/proxies/p/faults", R"({"type":"http_abort","status":503})");
  REQUIRE(added.status == 201);
  const Socket socket = Socket::connect(port);
  socket.say("hello\n");
  CHECK(socket.hear_line() == "hello\n");
  const std::string much(1 << 20, '\x80');
  std::thread saying([&] { socket.say(much); });
  CHECK(socket.hear(much.size()) == much);
  saying.join();
}
