#include "harness/base/text_table.hpp"

#include <map>
#include <string>

#include "harness/base/keyed_random.hpp"
#include "tests/support/catch.hpp"

using namespace seawall::base;

TEST_CASE("a table holds what was last put under each key") {
  TextTable table;
  std::map<std::string, std::string> model;
  const KeyedRandom draw(1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string key = "key/" + std::to_string(draw.with(i).below(1'000));
    const std::string value(draw.with(i).with("length").below(100),
                            static_cast<char>('a' + i % 26));
    table.put(key, value);
    model[key] = value;
  }
  CHECK(table.size() == model.size());
  for (const auto& [key, value] : model) REQUIRE(table.find(key) == value);
  CHECK(table.find("key/1000") == std::nullopt);
}

TEST_CASE("rows of a table keep the order in which their keys came") {
  TextTable table;
  CHECK(table.find("") == std::nullopt);
  table.put("b", "1");
  table.put("a", "2");
  table.put("b", "a longer one");
  REQUIRE(table.size() == 2);
  CHECK(table.key(0) == "b");
  CHECK(table.value(0) == "a longer one");
  CHECK(table.key(1) == "a");
}
