#include "tests/explore/shop.hpp"

#include "harness/explore/one_order.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shop_words.hpp"

namespace seawall::test {

const model::Vocabulary& words() {
  static const model::Vocabulary words = shop_words();
  return words;
}

model::Scenario shop_scenario(std::string_view tables) {
  const std::string text =
      "schema = 1\n[scenario]\nname = \"explored\"\n[run]\nseed = 1\nsettle = \"40s\"\n"
      "[load]\nrate = \"50/s\"\n[[load.request]]\nuse = \"read-sku\"\n[[load.request]]\n"
      "use = \"place-order\"\nweight = 3\n" +
      std::string(tables);
  auto reading = scenario::read_scenario_text("explored.toml", text, {}, words());
  if (!reading)
    for (const base::Diagnostic& mistake : reading.error()) UNSCOPED_INFO(base::to_text(mistake));
  REQUIRE(reading.has_value());
  return std::move(reading->scenario);
}

explore::Setup shop_setup(std::string_view tables, int depth, int orders) {
  explore::Setup setup;
  setup.text = *explore::one_order(shop_scenario(tables), orders);
  setup.words = &words();
  setup.make_target = shop::make_target;
  setup.limits.depth = depth;
  setup.in_parallel = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) work(i);
  };
  return setup;
}

}  // namespace seawall::test
