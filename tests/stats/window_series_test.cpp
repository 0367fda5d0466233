#include "harness/stats/window_series.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::stats {
namespace {

constexpr base::TimePoint zero{100s};

TEST_CASE("a window starts at its number and excludes its end") {
  const WindowSeries series(zero, 1s);
  CHECK(series.number_of(zero) == 0);
  CHECK(series.number_of(zero + 1s - 1ns) == 0);
  CHECK(series.number_of(zero + 1s) == 1);
  CHECK(series.number_of(zero - 1ns) == -1);
  CHECK(series.number_of(zero - 1s) == -1);
  CHECK(series.number_of(zero - 1s - 1ns) == -2);
  CHECK(series.start_of(-1) == zero - 1s);
}

TEST_CASE("values go to their windows in any order") {
  WindowSeries series(zero, 1s);
  series.record(zero + 2500ms, 30ms);
  series.record(zero + 100ms, 10ms);
  series.record(zero - 100ms, 5ms);
  series.record(zero + 2900ms, 50ms);
  REQUIRE(series.windows().size() == 3);
  CHECK(series.windows().at(-1).size() == 1);
  CHECK(series.windows().at(2).size() == 2);
}

TEST_CASE("a histogram covers a range of windows without its end") {
  WindowSeries series(zero, 1s);
  for (int second = 0; second < 10; ++second)
    series.record(zero + second * 1s, base::Duration(second + 1));
  const Histogram middle = series.histogram(2, 5);
  CHECK(middle.count() == 3);
  CHECK(middle.min() == 3ns);
  CHECK(middle.max() == 5ns);
  CHECK(series.histogram(10, 20).count() == 0);
  CHECK(series.histogram(-5, 100).count() == 10);
}

}  // namespace
}  // namespace seawall::stats
