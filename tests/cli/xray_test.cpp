// seawall xray on a shop whose policies are known: it must find them in the journal alone.
#include "tests/cli/program.hpp"
#include "tests/cli/xray_found.hpp"
#include "tests/support/catch.hpp"

namespace seawall::tests {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

const std::string shop = R"(schema = 1
[scenario]
name = "xray/shop"
[load]
rate = "20/s"
[[load.request]]
use = "place-order"
[[load.request]]
use = "view-order"
[[load.request]]
use = "read-sku"
[policy."gateway -> payment"]
retry_budget = false
[policy."gateway -> payment".circuit_breaker]
consecutive_failures = 5
failure_rate = false
slow_call_rate = false
open_for = "3s"
half_open_calls = 1
[policy."gateway -> payment".retry]
max_attempts = 4
initial_interval = "40ms"
jitter = "none"
[policy."gateway -> shipping"]
circuit_breaker = false
retry = false
timeout = { attempt = "220ms", total = "1s" }
[policy."order -> payment"]
retry = { max_attempts = 2, initial_interval = "80ms", jitter = "equal", retry_on = ["timeout"] }
[policy."order -> inventory"]
timeout = false
)";

}  // namespace

TEST_CASE("an x-ray finds the policies of the shop in its journal", "[cli][xray]") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended =
      desk.seawall({"xray", "shop.toml", "--mode", "sim", "--as", "json", "--quiet"});
  INFO(ended.err);
  REQUIRE(ended.status == 0);
  const Found found(ended.out);

  check_near(found.value("gateway -> order", "timeout_us"), 2500ms);
  check_near(found.value("gateway -> payment", "timeout_us"), 300ms);
  check_near(found.value("gateway -> payment", "total_us"), 1s);
  check_near(found.value("gateway -> inventory", "timeout_us"), 300ms);
  check_near(found.value("gateway -> shipping", "timeout_us"), 220ms);
  check_near(found.value("order -> payment", "timeout_us"), 500ms);
  CHECK(found.why("order -> inventory", "timeout_us") == "none within 1m");

  CHECK(found.value("gateway -> order", "attempts") == 1);
  CHECK(found.value("gateway -> payment", "attempts") == 4);
  CHECK(found.value("gateway -> inventory", "attempts") == 3);
  CHECK(found.value("gateway -> shipping", "attempts") == 1);
  CHECK(found.value("order -> payment", "attempts") == 2);
  CHECK(found.value("order -> inventory", "attempts") == 3);
  CHECK(found.value("order -> shipping", "attempts") == -1);  // nobody waits for it
  CHECK(found.link("order -> payment").at("repeated_on") == json::array({"silence", "reply lost"}));

  const auto jitter = [&](const std::string& name) {
    return found.link(name).at("backoff").at("jitter").as_string();
  };
  CHECK(jitter("gateway -> payment") == "none");
  CHECK(jitter("gateway -> inventory") == "full");
  CHECK(jitter("order -> payment") == "equal");

  CHECK(found.of_breaker("gateway -> payment", "consecutive_failures") == 5);
  for (const std::string name : {"gateway -> order", "gateway -> inventory", "order -> payment",
                                 "order -> inventory", "order -> shipping"}) {
    INFO(name);
    CHECK(found.of_breaker(name, "minimum_calls") == 20);
    CHECK(found.link(name).at("breaker").at("seasoned").at("failures") == 25);
    check_near(found.of_breaker(name, "open_for_us"), 5s);
    CHECK(found.of_breaker(name, "half_open_calls") == 3);
  }
  check_near(found.of_breaker("gateway -> payment", "open_for_us"), 3s);
  CHECK(found.of_breaker("gateway -> payment", "half_open_calls") == 1);
  CHECK_FALSE(found.has_breaker("gateway -> shipping"));

  CHECK(found.value("gateway -> order", "at_once") == 64);
  CHECK(found.value("gateway -> payment", "at_once") == 10);
  CHECK(found.value("order -> payment", "at_once") == 32);
  CHECK(found.link("order -> payment").at("beyond") == "refused");
  CHECK(found.why("order -> payment", "connections").starts_with("cannot tell"));

  const auto passes = [&](const std::string& name) {
    return found.link(name).at("passes_deadline").at("value");
  };
  CHECK(passes("gateway -> payment") == true);
  CHECK(passes("order -> payment") == false);  // a saga goes on when its client has left
}

TEST_CASE("what an x-ray found is a policy and checks that a scenario takes", "[cli][xray]") {
  const Desk desk;
  desk.write("shop.toml", shop);
  for (const std::string as : {"policy", "checks"}) {
    const Ended ended = desk.seawall({"xray", "shop.toml", "--mode", "sim", "--as", as, "--link",
                                      "gateway -> inventory", "--quiet"});
    REQUIRE(ended.status == 0);
    desk.write(as + ".toml",
               "extends = \"shop.toml\"\nschema = 1\n[scenario]\nname = \"x\"\n" + ended.out);
    const Ended valid = desk.seawall({"validate", as + ".toml"});
    INFO(ended.out << valid.out << valid.err);
    CHECK(valid.status == 0);
  }
}

TEST_CASE("an x-ray of what there is not is refused with the reason", "[cli][xray]") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended = desk.seawall({"xray", "shop.toml", "--mode", "sim", "--link", "a -> b"});
  CHECK(ended.status == 2);
  CHECK(ended.err.find("expected one of gateway -> order") != std::string::npos);
  CHECK(desk.seawall({"xray", "shop.toml", "--patience", "soon"}).status == 2);
  CHECK(desk.seawall({"xray", "shop.toml", "--as", "poem"}).status == 2);
}

}  // namespace seawall::tests
