#include "tests/supervisor/builtin_rig.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds::tests {

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

}  // namespace seawall::worlds::tests
