#include "harness/stats/proportion.hpp"

#include "support/catch.hpp"

namespace seawall::stats {
namespace {

// The expected figures were computed by hand from the textbook formula.
TEST_CASE("a drop is as many standard deviations as the textbook has it") {
  // 0.90 against 0.85 of 500 each: 0.05 / sqrt(0.875 * 0.125 * 0.004)
  CHECK(z_of_drop({450, 500}, {425, 500}) == Approx(2.39046).epsilon(1e-5));
  // 0.50 against 0.45 of 100 each
  CHECK(z_of_drop({50, 100}, {45, 100}) == Approx(0.70799).epsilon(1e-4));
}

TEST_CASE("a rise is no drop") {
  CHECK(z_of_drop({425, 500}, {450, 500}) == Approx(-2.39046).epsilon(1e-5));
  CHECK_FALSE(is_significant_drop({10, 1000}, {990, 1000}));
}

TEST_CASE("a collapse is beyond doubt") { CHECK(z_of_drop({990, 1000}, {100, 1000}) > 35); }

TEST_CASE("equal shares tell nothing") {
  CHECK(z_of_drop({300, 600}, {500, 1000}) == Approx(0).margin(1e-9));
  CHECK(z_of_drop({0, 600}, {0, 1000}) == 0);
  CHECK(z_of_drop({600, 600}, {1000, 1000}) == 0);
}

TEST_CASE("a drop is significant from the normal quantile of 99 % on") {
  // 450 of 500 against so many: z = 2.3028 for 426 and 2.3905 for 425
  CHECK(is_significant_drop({450, 500}, {425, 500}));
  CHECK(z_of_drop({450, 500}, {426, 500}) < 2.3263478740408408);
  CHECK_FALSE(is_significant_drop({450, 500}, {426, 500}));
  CHECK_FALSE(is_significant_drop({425, 500}, {450, 500}));
  CHECK_FALSE(is_significant_drop({500, 500}, {500, 500}));
}

TEST_CASE("the share of no tries is zero") { CHECK(Proportion{}.value() == 0); }

}  // namespace
}  // namespace seawall::stats
