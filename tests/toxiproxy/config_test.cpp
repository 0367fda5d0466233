// Mistakes in a configuration file are told with their place.
#include "faults/toxiproxy/config.hpp"

#include "tests/support/catch.hpp"
#include "tests/toxiproxy/desk.hpp"

using namespace seawall;
using toxiproxy::read_config;

TEST_CASE("a file that is right is read") {
  const auto config = read_config("f.json", R"([
    {"name": "redis", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:6379",
     "toxics": [{"type": "latency", "attributes": {"latency": 5}}]}
  ])");
  REQUIRE(config);
  REQUIRE(config->proxies.size() == 1);
  CHECK(config->proxies.front().toxics->size() == 1);
  CHECK(config->forwards.empty());
}

TEST_CASE("a file of ours has proxies with their TLS and their callers, and forwards") {
  const auto config = read_config("f.json", R"({
    "proxies": [{"name": "pay", "upstream": "payment:443", "caller": "order", "callee": "payment",
                 "tls": {"callers": {"make_for": ["localhost"], "write": "ca.pem"},
                         "upstream": {"verify": false}}}],
    "forwards": [{"name": "order", "routes": {"payment:443": "pay"}, "unknown": "pass"}]
  })");
  REQUIRE(config);
  REQUIRE(config->proxies.size() == 1);
  const toxiproxy::TlsInput& tls = config->proxies.front().tls.value();
  CHECK(tls.callers->make_for == std::vector<std::string>{"localhost"});
  CHECK(tls.callers->write == "ca.pem");
  CHECK_FALSE(tls.upstream->verify);
  CHECK(config->proxies.front().caller == "order");
  REQUIRE(config->forwards.size() == 1);
  CHECK(config->forwards.front().routes.at("payment:443") == "pay");
  CHECK(config->forwards.front().passes_unknown);
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
  says("5", "f.json:1:1: error: expected an array");
  says("", "f.json:1:1: error: ");
  says("{\"proxeis\": []}", "there is no key 'proxeis' here; expected proxies, forwards");
  says(R"([{"name": "a", "tls": {"callers": {"key": "k"}}}])",
       "expected certificate and key, or make_for");
  says(
      R"([{"name": "a", "tls": {"callers": {"make_for": ["a"], "key": "k", "certificate": "c"}}}])",
      "expected certificate and key, or make_for");
  says(R"([{"name": "a", "tls": {"upstream": {"verify": false, "authorities": "a"}}}])",
       "authorities prove nothing where verify is false");
  says(R"({"forwards": [{"unknown": "drop"}]})", "expected refuse or pass, found 'drop'");
  says(R"({"forwards": [{"routes": {"a": "b", "a": "c"}}]})", "'a' comes twice");
}

TEST_CASE("an attribute that a toxic does not have is dropped over Toxiproxy's API alone") {
  const std::string proxy =
      R"([{"name":"a","upstream":"b:1","toxics":[{"type":"latency","attributes":{"latncy":5}}]}])";
  toxiproxy::test::Desk desk;
  CHECK(desk.ask("POST", "/populate", proxy).status == 201);
  const auto answer = desk.ask("POST", "/seawall/v1/populate", proxy);
  CHECK(answer.status == 400);
  CHECK(answer.body.find("a toxic of type latency has no 'latncy'; it has latency, jitter") !=
        std::string::npos);
  const auto config = read_config("f.json", proxy);
  REQUIRE(config);
  const auto populated = desk.proxies.populate(config->proxies);
  REQUIRE(populated.refusal);
  const std::string told =
      base::to_text(toxiproxy::diagnostic_of("f.json", proxy, *populated.refusal));
  INFO(told);
  CHECK(told.find("f.json:1:82: error: attributes: a toxic of type latency") != std::string::npos);
}
