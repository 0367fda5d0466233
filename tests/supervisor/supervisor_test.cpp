#include "harness/worlds/supervisor.hpp"

#include <csignal>
#include <thread>

#include "harness/live/clock.hpp"
#include "harness/net/http_server.hpp"
#include "tests/net/peer.hpp"
#include "tests/os/survivors.hpp"
#include "tests/os/unruly.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::worlds {
namespace {

using namespace std::chrono_literals;
using os::test::comes_true;
using os::test::living;

// Of a family, so that a test can see what is left of it. Its ports are nobody else's.
struct Family {
  const std::string name = os::test::new_family();
  std::vector<net::ReservedPort> ports;

  std::uint16_t free_port() {
    ports.push_back(net::ReservedPort::reserve(0).value());
    return ports.back().number();
  }

  ServiceSpec member(const std::string& service, std::vector<std::string> words) const {
    ServiceSpec spec;
    spec.name = service;
    spec.command.words = std::move(words);
    spec.command.environment[os::test::family_variable] = name;
    spec.ready.within = 60s;
    return spec;
  }
  ServiceSpec unruly(const std::string& service, std::vector<std::string> words) const {
    words.insert(words.begin(), OS_UNRULY);
    return member(service, std::move(words));
  }
  // One that listens, ignores TERM, and leaves a daemon behind.
  ServiceSpec stubborn(const std::string& service, std::uint16_t port) const {
    ServiceSpec spec = unruly(service, {"stubborn", std::to_string(port)});
    spec.port = port;
    spec.ready.kind = Ready::Kind::tcp;
    spec.stop.grace = 50ms;
    return spec;
  }
  std::size_t size() const { return living(name).size(); }
};

std::string error_of(ServiceSpec spec) {
  Supervisor supervisor(os::test::shim);
  supervisor.add(std::move(spec));
  const auto started = supervisor.start();
  return started ? "it started" : started.error();
}

}  // namespace

TEST_CASE("services start in the order of their needs and stop in the reverse one") {
  Family family;
  Supervisor supervisor(os::test::shim);
  for (const char* name : {"gateway", "order", "payment"}) {
    ServiceSpec spec = family.stubborn(name, family.free_port());
    if (name == std::string("gateway")) spec.needs = {"payment", "order"};
    if (name == std::string("order")) spec.needs = {"payment"};
    supervisor.add(std::move(spec));
  }
  std::string order;
  REQUIRE(supervisor.start({}, [&](Supervised& one) -> base::expected<void, std::string> {
    order += one.spec().name + " ";
    return {};
  }));
  CHECK(order == "payment order gateway ");
  const auto complaints = supervisor.stop();
  REQUIRE(complaints.size() == 3);
  CHECK(has(complaints[0], "gateway did not end within 50ms of TERM and was killed; its last"));
  CHECK(has(complaints[2], "payment did not"));
  CHECK(family.size() == 0);
}

TEST_CASE("needs that cannot be met are told before anything starts") {
  Family family;
  ServiceSpec a = family.unruly("a", {"flood"});
  ServiceSpec b = family.unruly("b", {"flood"});
  a.needs = {"b"};
  SECTION("a circle") {
    b.needs = {"a"};
    const auto order = start_order({a, b});
    REQUIRE_FALSE(order);
    CHECK(has(order.error(), "a needs itself"));
  }
  SECTION("no such service") {
    b.needs = {"c"};
    const auto order = start_order({a, b});
    REQUIRE_FALSE(order);
    CHECK(order.error() == "b needs 'c', which is none of the services");
  }
}

TEST_CASE("readiness is seen by TCP, by a line of output and by a command") {
  Family family;
  ServiceSpec spec = family.stubborn("stubborn", family.free_port());
  SECTION("TCP") {}
  SECTION("a line") { spec.ready = {Ready::Kind::log, "stubborn", {}, 60s}; }
  SECTION("a command") { spec.ready = {Ready::Kind::command, "", {"true"}, 60s}; }
  Supervised service(spec, os::test::shim);
  REQUIRE(service.launch());
  REQUIRE(service.wait_until_ready());
  CHECK(comes_true([&] { return look_tcp(spec.port).has_value(); }));
  service.stop();
  CHECK_FALSE(look_tcp(spec.port));
}

TEST_CASE("readiness by HTTP wants an answer that says so") {
  net::Loop loop(live::steady_now);
  const int status = GENERATE(200, 503);
  auto server = net::HttpServer::listen(
      loop, 0, [status](model::Request, auto reply) { reply.send(model::Response(status)); });
  REQUIRE(server);
  std::thread thread([&] { loop.run(); });
  const auto seen = look_http("/health", (*server)->port());
  loop.stop();
  thread.join();
  CHECK(seen.has_value() == (status == 200));
  if (!seen) CHECK(seen.error() == "status 503");
}

TEST_CASE(
    "what goes wrong at a start is told with the service, what was tried and its last lines") {
  Family family;
  CHECK(error_of(family.member("payments", {"seawall-no-such-program"})) ==
        "payments: cannot run 'seawall-no-such-program': No such file or directory");

  ServiceSpec spec = family.unruly("payments", {"say", "no database here", "4"});
  spec.ready = {Ready::Kind::log, "listening", {}, 60s};
  CHECK(
      error_of(spec) ==
      "payments exited with status 4 before it was ready (expected: it says \"listening\", within "
      "1m); its last lines:\n  | no database here");

  spec = family.stubborn("payments", family.free_port());
  spec.ready = {Ready::Kind::http, "/health", {}, 300ms};
  const std::string late = error_of(spec);
  CHECK(has(late, "payments was not ready in time (expected: GET /health on 127.0.0.1:"));
  CHECK(has(late, "within 300ms; found: "));

  spec = family.member("payments", {"sleep", "1000"});
  spec.ready = {Ready::Kind::command, "", {"false"}, 300ms};
  CHECK(has(error_of(spec), "within 300ms; found: the command "));
  CHECK(family.size() == 0);
}

TEST_CASE("a service that floods its output is heard to the last") {
  Family family;
  Supervised service(family.unruly("payments", {"flood"}), os::test::shim);
  REQUIRE(service.launch());
  CHECK(comes_true(
      [&] { return service.story().find(" bytes):\n  | more and more") != std::string::npos; }));
  CHECK(service.story().starts_with("payments runs; its last lines (of "));
  service.kill();
}

TEST_CASE("a port that somebody else listens on is told before the service starts") {
  const auto listener = net::PeerListener();
  Family family;
  const std::string error = error_of(family.stubborn("payments", listener.port()));
  CHECK(has(error, "payments: port " + std::to_string(listener.port()) + " is in use; expected"));
  CHECK(family.size() == 0);
}

TEST_CASE("a service that was killed starts again on its port") {
  Family family;
  ServiceSpec spec = family.stubborn("stubborn", family.free_port());
  Supervised service(spec, os::test::shim);
  for (int life = 0; life < 3; ++life) {
    REQUIRE(service.launch());
    REQUIRE(service.wait_until_ready());
    REQUIRE(comes_true([&] { return has(service.story(), "runs; its last lines"); }));
    service.kill();
    REQUIRE(comes_true([&] { return service.ended().has_value(); }));
    CHECK(family.size() == 0);
  }
  CHECK(has(service.story(), "stubborn was killed by signal 9 (KILL); its last lines"));
}

TEST_CASE("a service that stands still is stopped all the same") {
  Family family;
  ServiceSpec spec = family.member("sleeper", {"sleep", "1000"});
  Supervised service(spec, os::test::shim);
  REQUIRE(service.launch());
  REQUIRE(service.signal(SIGSTOP));
  CHECK_FALSE(service.stop());
  CHECK(to_text(service.ended().value()) == "was killed by signal 15 (TERM)");
}

}  // namespace seawall::worlds
