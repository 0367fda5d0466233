#include "harness/base/text_map.hpp"

#include <map>
#include <string>

#include "harness/base/keyed_random.hpp"
#include "tests/support/catch.hpp"

using namespace seawall::base;

TEST_CASE("a map holds a value under each text and knows no other") {
  TextMap<int> map;
  CHECK(map.find("") == nullptr);
  std::map<std::string, int> model;
  const KeyedRandom draw(1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string key = "order/" + std::to_string(draw.with(i).below(1'000));
    map[key] += i;
    model[key] += i;
  }
  for (const auto& [key, value] : model) {
    REQUIRE(map.find(key) != nullptr);
    REQUIRE(*map.find(key) == value);
  }
  CHECK(map.find("order/1000") == nullptr);
}

TEST_CASE("a value of a map stays where it is") {
  TextMap<std::string> map;
  std::string& first = map["first"];
  first = "1";
  for (int i = 0; i < 1'000; ++i) map[std::to_string(i)] = "other";
  CHECK(&map["first"] == &first);
  CHECK(first == "1");
}
