#include "reports/charts/scale.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::charts {
namespace {

using Values = std::vector<std::int64_t>;

TEST_CASE("durations read in the unit that suits them") {
  CHECK(duration_label(0ns) == "0 s");
  CHECK(duration_label(7ns) == "7 ns");
  CHECK(duration_label(1'500ns) == "1.5 µs");
  CHECK(duration_label(20us) == "20 µs");
  CHECK(duration_label(9'119'400ns) == "9.12 ms");
  CHECK(duration_label(12'340'000ns) == "12.3 ms");
  CHECK(duration_label(250ms) == "250 ms");
  CHECK(duration_label(999'900us) == "1 s");
  CHECK(duration_label(1'005ms) == "1.01 s");
  CHECK(duration_label(90s) == "90 s");
  CHECK(duration_label(600s) == "600 s");
  CHECK(duration_label(-250ms) == "-250 ms");
}

TEST_CASE("numbers read as what they count") {
  CHECK(label_of(Quantity::count, 1'234'567) == "1,234,567");
  CHECK(label_of(Quantity::ratio, 1'250) == "1.25");
  CHECK(label_of(Quantity::ratio, 3'000) == "3");
  CHECK(label_of(Quantity::percent, 1'210) == "+12.1 %");
  CHECK(label_of(Quantity::percent, -600) == "-6 %");
  CHECK(label_of(Quantity::percent, 0) == "+0 %");
}

TEST_CASE("a linear axis has round ticks and holds what it was made for") {
  const Scale scale = Scale::linear(0, 208, 5);
  CHECK(scale.ticks() == Values{0, 100, 200, 300});
  CHECK(scale.at(0, 1'000) == 0);
  CHECK(scale.at(150, 1'000) == 500);
  CHECK(scale.at(1'000, 1'000) == 1'000);  // outside: the nearest
  CHECK(Scale::linear(-1'250, 1'900, 7).ticks() == Values{-2000, -1000, 0, 1000, 2000});
  CHECK(Scale::linear(0, 0).high() == 1);
}

TEST_CASE("a logarithmic axis has ticks at 1, 2 and 5") {
  const Scale scale = Scale::logarithmic(6, 90);
  CHECK(scale.ticks() == Values{5, 10, 20, 50, 100});
  CHECK(scale.at(5, 1'000) == 0);
  CHECK(scale.at(100, 1'000) == 1'000);
  CHECK(std::abs(scale.at(50, 1'000) - 769) <= 1);  // ln 10 / ln 20
  CHECK(Scale::logarithmic(1, 1).ticks() == Values{1, 2});
  // Over many decades only each power of ten.
  CHECK(Scale::logarithmic(1'000, 30'000'000).ticks() ==
        Values{1'000, 10'000, 100'000, 1'000'000, 10'000'000});
}

TEST_CASE("each nine of a percentile axis takes as much room") {
  const Scale scale = Scale::percentiles(base::Share{999'000});
  CHECK(scale.ticks() == Values{0, 500'000, 900'000, 990'000, 999'000});
  CHECK(scale.at(0, 3'000) == 0);
  CHECK(std::abs(scale.at(900'000, 3'000) - 1'000) <= 1);
  CHECK(std::abs(scale.at(990'000, 3'000) - 2'000) <= 1);
  CHECK(scale.at(999'000, 3'000) == 3'000);
}

TEST_CASE("the logarithm agrees with the one of the library") {
  for (std::int64_t value = 1; value < 4'000'000'000'000'000'000; value += value / 7 + 1) {
    const double expected = std::log2(static_cast<double>(value)) * 65'536;
    CHECK(std::abs(static_cast<double>(binary_logarithm(value)) - expected) < 3);
  }
}

TEST_CASE("an axis of time is marked at round times") {
  CHECK(time_ticks(0s, 30s).size() == 7);  // 0, 5 .. 30 s
  CHECK(time_ticks(0s, 600s)[1] == 60s + 60s);
  CHECK(time_ticks(0s, 90s)[1] == 10s);
  CHECK(time_ticks(-3s, 30s).front() == 0s);
  CHECK(time_ticks(0ns, 1'234us, 6)[1] == 500us);
}

}  // namespace
}  // namespace seawall::charts
