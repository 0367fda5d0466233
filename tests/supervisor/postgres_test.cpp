#include <thread>

#include "harness/live/clock.hpp"
#include "harness/probe/statement.hpp"
#include "tests/os/survivors.hpp"
#include "tests/supervisor/builtin_rig.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds::tests {

namespace {

using namespace std::chrono_literals;
using os::test::comes_true;

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

}  // namespace seawall::worlds::tests
