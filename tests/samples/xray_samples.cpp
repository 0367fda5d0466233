// seawall xray on the samples: other people's libraries, whose settings the READMEs of the samples
// state. Each takes minutes of waiting, so that `./dev nightly` runs it, and not every build.
#include <cstdlib>
#include <filesystem>

#include "tests/cli/program.hpp"
#include "tests/cli/xray_found.hpp"

namespace seawall::tests {
namespace {

using namespace std::chrono_literals;

// `needs` is what has to have been fetched for the sample.
Found xrayed(const std::string& sample, const std::string& needs, std::vector<std::string> words) {
  const std::filesystem::path folder = SEAWALL_SOURCE_DIR "/targets/samples";
  INFO("the README of " << sample << " says how to fetch " << needs);
  REQUIRE(std::filesystem::exists(folder / std::filesystem::path(sample).parent_path() / needs));
  const Desk desk;
  // Its progress tells that it goes on.
  words.insert(words.begin(), {"xray", (folder / sample).string(), "--as", "json", "--patience",
                               "10s", "--failing", "8s"});
  const Ended ended = desk.seawall(words);
  INFO(ended.err);
  REQUIRE(ended.status == 0);
  return Found(ended.out);
}

}  // namespace

TEST_CASE("opossum: a timeout, a retry around it, and a breaker that counts a share") {
  const Found found = xrayed("opossum/orders.toml", "node_modules/opossum", {});
  const std::string link = "orders -> payments";
  check_near(found.value(link, "timeout_us"), 500ms);
  CHECK(found.value(link, "attempts") == 3);
  CHECK(found.link(link).at("backoff").at("jitter") == "none");
  CHECK(found.link(link).at("reactions").at("silence").at("same_key") == true);
  CHECK(found.of_breaker(link, "minimum_calls") == 10);
  check_near(found.of_breaker(link, "open_for_us"), 1s);
  CHECK(found.of_breaker(link, "half_open_calls") == 1);
  CHECK(found.why(link, "passes_deadline") == "cannot tell: its calls carry none");
}

TEST_CASE("cockatiel: a timeout, a retry, and a breaker that counts failures in a row") {
  const Found found = xrayed("cockatiel/orders.toml", "node_modules/cockatiel", {});
  const std::string link = "orders -> payments";
  check_near(found.value(link, "timeout_us"), 400ms);
  CHECK(found.value(link, "attempts") == 4);
  CHECK(found.link(link).at("backoff").at("jitter") == "none");
  CHECK(found.of_breaker(link, "consecutive_failures") == 5);
  check_near(found.of_breaker(link, "open_for_us"), 1200ms);
  CHECK(found.of_breaker(link, "half_open_calls") == 1);
}

TEST_CASE("tenacity and httpx: a timeout and a retry, without a breaker") {
  const std::string link = "order -> payment";
  const Found found = xrayed("python/checkout.toml", ".venv/bin/uvicorn", {"--link", link});
  check_near(found.value(link, "timeout_us"), 300ms);
  CHECK(found.value(link, "attempts") == 3);
  CHECK(found.link(link).at("backoff").at("jitter") == "none");
  CHECK_FALSE(found.has_breaker(link));
}

TEST_CASE("circuitbreaker and httpx: a timeout and a breaker, without a retry") {
  const std::string link = "gateway -> order";
  const Found found = xrayed("python/checkout.toml", ".venv/bin/uvicorn", {"--link", link});
  check_near(found.value(link, "timeout_us"), 2s);
  CHECK(found.value(link, "attempts") == 1);
  CHECK(found.of_breaker(link, "consecutive_failures") == 5);
  check_near(found.of_breaker(link, "open_for_us"), 1s);
}

}  // namespace seawall::tests
