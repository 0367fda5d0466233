#include "faults/relay/relay.hpp"
#include "tests/support/catch.hpp"

namespace seawall::relay {

TEST_CASE("an endpoint reads and prints as it was written", "[relay]") {
  for (const char* text : {"127.0.0.1:80", "localhost:0", "[::1]:65535", ":8474"}) {
    INFO(text);
    const auto endpoint = parse_endpoint(text);
    REQUIRE(endpoint);
    CHECK(to_text(*endpoint) == text);
  }
  CHECK(parse_endpoint("[::1]:80")->host == "::1");
}

TEST_CASE("what is no endpoint is refused with the reason", "[relay]") {
  for (const char* text : {"", "localhost", "80", "host:", "host:http", "host:65536", "host:-1",
                           "::1:80", "a b:80", "http://host:80", "host:80x", "[::1:80"}) {
    INFO(text);
    const auto endpoint = parse_endpoint(text);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().find("as in 127.0.0.1:8080") != std::string::npos);
  }
}

}  // namespace seawall::relay
