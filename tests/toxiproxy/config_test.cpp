// Mistakes in a configuration file are told with their place.
#include "faults/toxiproxy/config.hpp"

#include "tests/support/catch.hpp"

using namespace seawall;
using toxiproxy::read_config;

TEST_CASE("a file that is right is read") {
  const auto inputs = read_config("f.json", R"([
    {"name": "redis", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:6379",
     "toxics": [{"type": "latency", "attributes": {"latency": 5}}]}
  ])");
  REQUIRE(inputs);
  REQUIRE(inputs->size() == 1);
  CHECK(inputs->front().toxics->size() == 1);
}

TEST_CASE("a mistake is told with its line and column") {
  const auto says = [](std::string_view text, std::string_view words) {
    const auto inputs = read_config("f.json", text);
    REQUIRE_FALSE(inputs);
    const std::string told = base::to_text(inputs.error());
    INFO(told);
    CHECK(told.find(words) != std::string::npos);
  };
  says("[\n  {\"name\": \"a\",\n   \"upsteam\": 5}\n]",
       "f.json:3:15: error: [0]: there is no key 'upsteam'");
  says("[\n{]", "f.json:2:2: error: ");
  says("{}", "f.json:1:1: error: expected an array");
  says("", "f.json:1:1: error: ");
}
