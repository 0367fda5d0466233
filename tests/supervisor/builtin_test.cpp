// Servers that Seawall starts by itself, each the real one. Those that this machine does not have
// are left out by CMakeLists.txt, which names them as skipped.
#include "harness/worlds/builtin.hpp"

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "harness/live/clock.hpp"
#include "harness/net/port.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/os/shim.hpp"
#include "harness/probe/statement.hpp"
#include "tests/net/peer.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds {
namespace {

using namespace std::chrono_literals;
using os::test::comes_true;

const std::vector<std::string> shim = {OS_UNRULY, std::string(os::shim_word)};

model::Service service_of(model::Service::Builtin builtin) {
  model::Service service;
  service.name = "db";
  service.builtin = builtin;
  return service;
}

[[maybe_unused]] void run(const os::Command& command) {
  auto child = os::Child::start(shim, command);
  if (!child) FAIL(child.error());
  const auto end = (*child)->wait(120s);
  REQUIRE(end);
  INFO((*child)->output().last_lines());
  CHECK(os::to_text(*end) == "exited with status 0");
}

// A server in a private folder, ready.
class Server {
 public:
  explicit Server(const model::Service& service)
      : folder_(os::PrivateFolder::make().value()),
        port_(net::ReservedPort::reserve(0).value()),
        builtin_(builtin_of(service)) {
    builtin_.spec.command.environment[os::test::family_variable] = family_;
    for (const os::Command& command : builtin_.setup) run(command);
    supervised_ = std::make_unique<Supervised>(builtin_.spec, shim);
    start();
    prepare();
  }

  void start() {
    if (const auto launched = supervised_->launch(); !launched) FAIL(launched.error());
    if (const auto ready = supervised_->wait_until_ready(); !ready) FAIL(ready.error());
  }
  void prepare() {
    if (!builtin_.after) return;
    if (const auto done = builtin_.after(); !done) FAIL(done.error());
  }
  void crash() {
    supervised_->kill();
    REQUIRE(supervised_->wait(60s));
    CHECK(os::test::living(family_).empty());
  }
  // What was to be said of it.
  std::string stop() { return supervised_->stop().value_or(""); }
  std::string story() const { return supervised_->story(); }

  std::uint16_t port() const { return port_.number(); }
  std::filesystem::path dir() const { return std::filesystem::path(folder_.path()) / "db"; }
  // What it answers to these bytes, up to the end of a line.
  std::string answer(std::string_view bytes) const {
    net::Peer peer = net::Peer::connect_to(port());
    peer.say(bytes);
    comes_true([&] { return peer.heard().find('\n') != std::string::npos; });
    return peer.heard();
  }

 private:
  Builtin builtin_of(const model::Service& service) const {
    std::filesystem::create_directory(dir());
    auto made = builtin(service, port(), dir().string());
    if (!made) FAIL(made.error());
    return std::move(*made);
  }

  const std::string family_ = os::test::new_family();
  const os::PrivateFolder folder_;
  const net::ReservedPort port_;
  Builtin builtin_;
  std::unique_ptr<Supervised> supervised_;
};

}  // namespace

TEST_CASE("a builtin whose program is missing is refused with the package that has it") {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/seawall-no-such-folder", 1);
  const auto made = builtin(service_of(model::Service::Builtin::redis), 1, ".");
  ::setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(made);
  CHECK(made.error() ==
        "db: builtin = \"redis\" needs redis-server, and this machine has none; install the Debian "
        "package redis-server");
}

#if defined(HAS_POSTGRES)
namespace {

std::string seen(const std::string& dsn, const std::string& sql) {
  const auto answer = probe::ask_postgres(dsn, sql, {live::steady_now() + 60s, live::steady_now});
  return answer ? answer->text : answer.error();
}

std::string told(const std::string& dsn, const std::string& sql) {
  const auto told = probe::tell_postgres(dsn, sql, {live::steady_now() + 60s, live::steady_now});
  return told ? "done" : told.error();
}

}  // namespace

TEST_CASE("PostgreSQL starts with its databases, and finds its data again after a crash") {
  model::Service service = service_of(model::Service::Builtin::postgres);
  service.databases = {"orders", "Payments_2"};
  Server server(service);
  const auto dsn = [&](const std::string& database) {
    return "postgres://app@127.0.0.1:" + std::to_string(server.port()) + "/" + database;
  };
  CHECK(seen(dsn("Payments_2"), "select current_user") == "app");
  CHECK(seen(dsn("orders"), "select rolsuper from pg_roles where rolname = 'app'") == "f");
  CHECK(told(dsn("orders"), "create table t (x int)") == "done");
  CHECK(told(dsn("orders"), "insert into t values (7)") == "done");
  CHECK(told(dsn("orders"), "insert into t values ('a')").find("invalid input syntax") !=
        std::string::npos);

  for (int crash = 0; crash < 2; ++crash) {
    server.crash();
    server.start();
    CHECK(seen(dsn("orders"), "select x from t") == "7");
  }
  server.prepare();  // harmless once more
  CHECK(seen(dsn("orders"), "select x from t") == "7");

  // Nobody must leave before it ends.
  std::string answer;
  std::thread client([&] { answer = told(dsn("orders"), "select pg_sleep(1000)"); });
  CHECK(comes_true([&] {
    const std::string busy =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and state = 'active'";
    return seen(dsn("Payments_2"), busy) == "1";
  }));
  CHECK(server.stop() == "");
  CHECK(server.story().starts_with("db exited with status 0; "));
  client.join();
  CHECK(answer.find("terminating connection") != std::string::npos);
}

TEST_CASE("a PostgreSQL that cannot be prepared says what it was asked for") {
  model::Service service = service_of(model::Service::Builtin::postgres);
  service.databases = {"orders"};
  const os::PrivateFolder folder = os::PrivateFolder::make().value();
  const auto made = builtin(service, 1, folder.path());
  REQUIRE(made);
  const auto prepared = made->after();
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().starts_with("db: cannot look for \"app\": "));
  CHECK(prepared.error().find("refused") != std::string::npos);
}
#endif

#if defined(HAS_REDIS)
TEST_CASE("Redis starts, and starts again empty after a crash") {
  Server server(service_of(model::Service::Builtin::redis));
  CHECK(server.answer("SET a 1\r\n") == "+OK\r\n");
  CHECK(server.answer("GET a\r\n").starts_with("$1\r\n"));
  server.crash();
  server.start();
  CHECK(server.answer("GET a\r\n") == "$-1\r\n");
  CHECK(server.stop() == "");
  CHECK(server.story().starts_with("db exited with status 0; "));
  CHECK(std::filesystem::is_empty(server.dir()));
}
#endif

#if defined(HAS_NATS)
TEST_CASE("NATS starts with JetStream, and again after a crash") {
  Server server(service_of(model::Service::Builtin::nats));
  for (int life = 0; life < 2; ++life) {
    const std::string greeting = server.answer("");
    CHECK(greeting.starts_with("INFO {"));
    CHECK(greeting.find("\"jetstream\":true") != std::string::npos);
    server.crash();
    server.start();
  }
  CHECK(server.stop() == "");
  CHECK(server.story().starts_with("db exited with status 0; "));
}
#endif

}  // namespace seawall::worlds
