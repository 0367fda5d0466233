#include "harness/stats/proportion_interval.hpp"

#include "support/catch.hpp"

namespace seawall::stats {
namespace {

// Newcombe's paper has them for the first share minus the second.
Interval of_paper(Proportion first, Proportion second) {
  return newcombe_interval(second, first, z_of_95_percent);
}

// Newcombe, Statistics in Medicine 17 (1998), table II, method 10, 95 %.
TEST_CASE("the interval of a difference is that of the published table") {
  struct Row {
    Proportion first, second;
    double low, high;
  };
  const Row rows[] = {
      {{56, 70}, {48, 80}, 0.0524, 0.3339}, {{9, 10}, {3, 10}, 0.1705, 0.8090},
      {{6, 7}, {2, 7}, 0.0582, 0.8062},     {{5, 56}, {0, 29}, -0.0381, 0.1926},
      {{0, 10}, {0, 20}, -0.1611, 0.2775},  {{0, 10}, {0, 10}, -0.2775, 0.2775},
      {{10, 10}, {0, 20}, 0.6791, 1.0000},  {{10, 10}, {0, 10}, 0.6075, 1.0000},
  };
  for (const Row& row : rows) {
    const Interval interval = of_paper(row.first, row.second);
    CHECK(interval.low == Approx(row.low).margin(5e-5));
    CHECK(interval.high == Approx(row.high).margin(5e-5));
  }
}

// Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
TEST_CASE("the interval of a share is that of the published table") {
  const auto check = [](Proportion share, double low, double high) {
    const Interval interval = wilson_interval(share, z_of_95_percent);
    CHECK(interval.low == Approx(low).margin(5e-5));
    CHECK(interval.high == Approx(high).margin(5e-5));
  };
  check({81, 263}, 0.2553, 0.3662);
  check({15, 148}, 0.0624, 0.1605);
  check({0, 20}, 0.0000, 0.1611);
  check({1, 29}, 0.0061, 0.1718);
}

TEST_CASE("more confidence gives a wider interval, and the other order the mirrored one") {
  const Interval narrow = newcombe_interval({50, 1000}, {70, 1000}, z_of_95_percent);
  const Interval wide = newcombe_interval({50, 1000}, {70, 1000}, z_of_98_percent);
  const Interval mirrored = newcombe_interval({70, 1000}, {50, 1000}, z_of_95_percent);
  CHECK(wide.low < narrow.low);
  CHECK(wide.high > narrow.high);
  CHECK(mirrored.low == Approx(-narrow.high));
  CHECK(mirrored.high == Approx(-narrow.low));
}

}  // namespace
}  // namespace seawall::stats
