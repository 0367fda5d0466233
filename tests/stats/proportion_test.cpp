#include "harness/stats/proportion.hpp"

#include "support/catch.hpp"

namespace seawall::stats {
namespace {

// The expected figures were computed by hand from the textbook formula with the normal table.
TEST_CASE("a drop has the probability of its z value") {
  // 0.90 against 0.85 of 500 each: z = 0.05 / sqrt(0.875 * 0.125 * 0.004) = 2.3905
  CHECK(p_value_of_drop({450, 500}, {425, 500}) == Approx(0.008413).epsilon(0.001));
  // 0.50 against 0.45 of 100 each: z = 0.70799
  CHECK(p_value_of_drop({50, 100}, {45, 100}) == Approx(0.23948).epsilon(0.001));
}

TEST_CASE("a rise is no drop") {
  CHECK(p_value_of_drop({425, 500}, {450, 500}) == Approx(1 - 0.008413).epsilon(0.001));
  CHECK(p_value_of_drop({10, 1000}, {990, 1000}) > 0.999);
}

TEST_CASE("a collapse is certain") { CHECK(p_value_of_drop({990, 1000}, {100, 1000}) < 1e-300); }

TEST_CASE("equal shares tell nothing") {
  CHECK(p_value_of_drop({300, 600}, {500, 1000}) == Approx(0.5));
  CHECK(p_value_of_drop({0, 600}, {0, 1000}) == 0.5);
  CHECK(p_value_of_drop({600, 600}, {1000, 1000}) == 0.5);
}

TEST_CASE("the share of no tries is zero") { CHECK(Proportion{}.value() == 0); }

}  // namespace
}  // namespace seawall::stats
