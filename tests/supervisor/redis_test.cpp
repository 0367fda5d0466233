#include "tests/supervisor/builtin_rig.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds::tests {

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

}  // namespace seawall::worlds::tests
