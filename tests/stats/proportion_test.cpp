#include "harness/stats/proportion.hpp"

#include "support/catch.hpp"

namespace seawall::stats {
namespace {

auto near(double expected) { return Catch::Matchers::WithinRel(expected, 0.001); }

// The expected figures were computed by hand from the textbook formula with the normal table.
TEST_CASE("a drop has the probability of its z value") {
  // 0.90 against 0.85 of 500 each: z = 0.05 / sqrt(0.875 * 0.125 * 0.004) = 2.3905
  CHECK_THAT(p_value_of_drop({450, 500}, {425, 500}), near(0.008413));
  // 0.50 against 0.45 of 100 each: z = 0.70799
  CHECK_THAT(p_value_of_drop({50, 100}, {45, 100}), near(0.23948));
}

TEST_CASE("a rise is no drop") {
  CHECK_THAT(p_value_of_drop({425, 500}, {450, 500}), near(1 - 0.008413));
  CHECK(p_value_of_drop({10, 1000}, {990, 1000}) > 0.999);
}

TEST_CASE("a collapse is certain") { CHECK(p_value_of_drop({990, 1000}, {100, 1000}) < 1e-300); }

TEST_CASE("equal shares tell nothing") {
  CHECK_THAT(p_value_of_drop({300, 600}, {500, 1000}), near(0.5));
  CHECK(p_value_of_drop({0, 600}, {0, 1000}) == 0.5);
  CHECK(p_value_of_drop({600, 600}, {1000, 1000}) == 0.5);
}

TEST_CASE("a drop is significant from the normal quantile of 99 % on") {
  // 450 of 500 against so many: z = 2.3028 for 426 and 2.3905 for 425
  CHECK(z_of_drop({450, 500}, {425, 500}) == Approx(2.39046).epsilon(1e-5));
  CHECK(is_significant_drop({450, 500}, {425, 500}));
  CHECK(z_of_drop({450, 500}, {426, 500}) < 2.3263478740408408);
  CHECK_FALSE(is_significant_drop({450, 500}, {426, 500}));
  CHECK_FALSE(is_significant_drop({425, 500}, {450, 500}));
  CHECK_FALSE(is_significant_drop({500, 500}, {500, 500}));
}

TEST_CASE("the share of no tries is zero") { CHECK(Proportion{}.value() == 0); }

}  // namespace
}  // namespace seawall::stats
