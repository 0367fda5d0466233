// The toxics on the wire: what a caller and an upstream see of them.
#include <algorithm>
#include <array>

#include <sys/socket.h>

#include "harness/live/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/toxiproxy/wire.hpp"

using namespace std::chrono_literals;
using seawall::base::Duration;
using seawall::live::steady_now;
using seawall::toxiproxy::test::EchoServer;
using seawall::toxiproxy::test::Socket;
using seawall::toxiproxy::test::Stand;

namespace {

struct RelayWire {
  Stand stand;
  EchoServer echo;
  std::uint16_t port = stand.proxy("p", echo.address());

  void add(const std::string& body) const {
    const auto heard = stand.ask("POST", "/proxies/p/toxics", body);
    INFO(heard.body);
    REQUIRE(heard.status == 200);
  }
  // How long a line takes there and back, connect included.
  Duration round_trip() const {
    const auto began = steady_now();
    const Socket socket = Socket::connect(port);
    socket.say("hello\n");
    REQUIRE(socket.hear_line() == "hello\n");
    return steady_now() - began;
  }
};

std::string latency(int milliseconds, const std::string& more = "") {
  return R"({"type":"latency","attributes":{"latency":)" + std::to_string(milliseconds) + "}" +
         more + "}";
}

}  // namespace

TEST_CASE("10: latency adds up over streams and names") {
  const RelayWire wire;
  // Never sooner than that; and sometimes not much later, however busy the machine is.
  const auto takes = [&](Duration at_least) {
    Duration least = wire.round_trip();
    for (int i = 0; i < 50 && least >= at_least + 90ms; ++i)
      least = std::min(least, wire.round_trip());
    CHECK(least >= at_least);
    CHECK(least < at_least + 90ms);
  };
  takes(0ms);
  wire.add(latency(100, R"(,"stream":"upstream")"));
  takes(100ms);
  wire.add(latency(100));
  takes(200ms);
  wire.stand.ask("DELETE", "/proxies/p/toxics/latency_upstream");
  takes(100ms);
  wire.add(latency(100, R"(,"name":"second")"));
  takes(200ms);
  CHECK(wire.stand.ask("POST", "/reset").status == 204);
  takes(0ms);
}

TEST_CASE("a toxic comes to connections that are open, and goes from them") {
  const RelayWire wire;
  const Socket socket = Socket::connect(wire.port);
  const auto exchange = [&] {
    const auto began = steady_now();
    socket.say("hello\n");
    REQUIRE(socket.hear_line() == "hello\n");
    return steady_now() - began;
  };
  exchange();
  wire.add(latency(150));
  CHECK(exchange() >= 150ms);
  wire.stand.ask("PATCH", "/proxies/p/toxics/latency_downstream",
                 R"({"attributes":{"latency":300}})");
  CHECK(exchange() >= 300ms);
  wire.stand.ask("DELETE", "/proxies/p/toxics/latency_downstream");
  Duration least = exchange();
  for (int i = 0; i < 50 && least >= 150ms; ++i) least = std::min(least, exchange());
  CHECK(least < 150ms);
}

TEST_CASE("a bandwidth makes bytes take their time, of 1000 in a kilobyte") {
  const RelayWire wire;
  wire.add(R"({"type":"bandwidth","stream":"upstream","attributes":{"rate":100}})");
  const auto began = steady_now();
  const Socket socket = Socket::connect(wire.port);
  socket.say(std::string(50'000, 'x'));
  CHECK(socket.hear(50'000).size() == 50'000);
  // What may pass at once is a matter of the relay, the rate is not.
  CHECK(steady_now() - began >= 300ms);
}

TEST_CASE("a slow close comes later, and all bytes before it") {
  const RelayWire wire;
  wire.add(R"({"type":"slow_close","attributes":{"delay":200}})");
  const Socket socket = Socket::connect(wire.port);
  socket.say("hello\n");
  CHECK(socket.hear_line() == "hello\n");
  const auto began = steady_now();
  shutdown(socket.descriptor(), SHUT_WR);
  CHECK(socket.hear_end() == Socket::End::closed);
  CHECK(steady_now() - began >= 200ms);
}

TEST_CASE("a timeout lets nothing pass and then closes") {
  const RelayWire wire;
  wire.add(R"({"type":"timeout","attributes":{"timeout":200}})");
  const auto began = steady_now();
  const Socket socket = Socket::connect(wire.port);
  socket.say("hello\n");
  CHECK(socket.hear_all().empty());
  CHECK(steady_now() - began >= 190ms);
}

TEST_CASE("a timeout of 0 holds until it is removed") {
  const RelayWire wire;
  wire.add(R"({"type":"timeout","attributes":{"timeout":0}})");
  const Socket socket = Socket::connect(wire.port);
  socket.say("hello\n");
  // Another connection without the toxic's stream shows that the proxy lives; this one is silent.
  std::array<char, 8> bytes;
  CHECK(recv(socket.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT) == -1);
  wire.stand.ask("DELETE", "/proxies/p/toxics/timeout_downstream");
  CHECK(socket.hear_line() == "hello\n");
}

TEST_CASE("reset_peer resets, connections that are idle too") {
  const RelayWire wire;
  const Socket idle = Socket::connect(wire.port);
  idle.say("hello\n");
  CHECK(idle.hear_line() == "hello\n");
  const auto began = steady_now();
  wire.add(R"({"type":"reset_peer","attributes":{"timeout":100}})");
  CHECK(idle.hear_end() == Socket::End::reset);
  CHECK(steady_now() - began >= 100ms);
  CHECK(Socket::connect(wire.port).hear_end() == Socket::End::reset);
}

TEST_CASE("a slicer cuts and keeps every byte in its place") {
  const RelayWire wire;
  wire.add(R"({"type":"slicer","attributes":{"average_size":1000,"size_variation":500,)"
           R"("delay":1000}})");
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) bytes += static_cast<char>('a' + i % 26);
  const auto began = steady_now();
  const Socket socket = Socket::connect(wire.port);
  socket.say(bytes);
  CHECK(socket.hear(bytes.size()) == bytes);
  // About twenty slices, a millisecond between each two.
  CHECK(steady_now() - began >= 10ms);
}

TEST_CASE("limit_data ends the connection after so many bytes") {
  const RelayWire wire;
  wire.add(R"({"type":"limit_data","attributes":{"bytes":100}})");
  const Socket socket = Socket::connect(wire.port);
  socket.say(std::string(300, 'x'));
  CHECK(socket.hear_all() == std::string(100, 'x'));
}

TEST_CASE("a toxicity of 0 touches nobody, and noop nothing") {
  const RelayWire wire;
  wire.add(R"({"type":"timeout","attributes":{"timeout":1},"toxicity":0})");
  wire.add(R"({"type":"noop"})");
  for (int i = 0; i < 10; ++i) wire.round_trip();
}

TEST_CASE("a toxicity in between touches some connections, by their numbers") {
  const RelayWire wire;
  wire.add(R"({"type":"reset_peer","attributes":{"timeout":0},"toxicity":0.5})");
  int touched = 0;
  for (int i = 0; i < 60; ++i) {
    const Socket socket = Socket::connect(wire.port);
    socket.say("hello\n");
    touched += socket.hear_line() != "hello\n";
  }
  CHECK(touched > 5);
  CHECK(touched < 55);
}
