#include "harness/stats/histogram.hpp"

#include <cmath>

#include "harness/base/keyed_random.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::stats {
namespace {

using base::Duration;
using base::Share;
using Layout = HistogramLayout;

std::int64_t lowest_equivalent(std::int64_t value) {
  return Layout::lowest_of(Layout::index_of(value));
}
std::int64_t highest_equivalent(std::int64_t value) {
  return Layout::highest_of(Layout::index_of(value));
}
std::int64_t at(const Histogram& histogram, std::int64_t ppm) {
  return histogram.value_at_quantile({ppm}).count();
}
bool within_a_thousandth(std::int64_t measured, std::int64_t expected) {
  return std::abs(measured - expected) * 1000 <= expected;
}

// The figures of this test are those of HdrHistogram's own tests (HistogramTest.java, hdr_histogram
// _test.c) for a lowest value of 1 and three significant figures.
TEST_CASE("the buckets are those of HdrHistogram") {
  CHECK(Layout::size_for(3'600'000'000) == 23'552);
  CHECK(Layout::size_for(3'600'000'000'000) == 33'792);
  CHECK(Layout::width_of(Layout::index_of(1)) == 1);
  CHECK(Layout::width_of(Layout::index_of(2'500)) == 2);
  CHECK(Layout::width_of(Layout::index_of(8'191)) == 4);
  CHECK(Layout::width_of(Layout::index_of(8'192)) == 8);
  CHECK(Layout::width_of(Layout::index_of(10'000)) == 8);
  CHECK(lowest_equivalent(10'007) == 10'000);
  CHECK(lowest_equivalent(10'009) == 10'008);
  CHECK(highest_equivalent(8'180) == 8'183);
  CHECK(highest_equivalent(8'191) == 8'191);
  CHECK(highest_equivalent(8'193) == 8'199);
  CHECK(highest_equivalent(9'995) == 9'999);
  CHECK(highest_equivalent(10'007) == 10'007);
  CHECK(highest_equivalent(10'008) == 10'015);
  CHECK(Layout::median_of(Layout::index_of(4)) == 4);
  CHECK(Layout::median_of(Layout::index_of(4'000)) == 4'001);
  CHECK(Layout::median_of(Layout::index_of(8'000)) == 8'002);
  CHECK(Layout::median_of(Layout::index_of(10'007)) == 10'004);
}

TEST_CASE("every index covers the values right behind those of the one before") {
  for (std::size_t i = 0; i + 1 < Layout::size_for(3'600'000'000'000); ++i) {
    REQUIRE(Layout::index_of(Layout::lowest_of(i)) == i);
    REQUIRE(Layout::index_of(Layout::highest_of(i)) == i);
    REQUIRE(Layout::highest_of(i) + 1 == Layout::lowest_of(i + 1));
  }
}

TEST_CASE("indices at the boundaries of the first buckets") {
  CHECK(Layout::index_of(0) == 0);
  CHECK(Layout::index_of(1) == 1);
  CHECK(Layout::index_of(2'047) == 2'047);
  CHECK(Layout::index_of(2'048) == 2'048);
  CHECK(Layout::index_of(2'049) == 2'048);
  CHECK(Layout::index_of(4'095) == 3'071);
  CHECK(Layout::index_of(4'096) == 3'072);
  CHECK(Layout::index_of(std::numeric_limits<std::int64_t>::max()) == 54 * 1024 - 1);
}

TEST_CASE("quantiles and mean are those of HdrHistogram's test data") {
  Histogram histogram(Duration(3'600'000'000));
  histogram.record(Duration(1'000), 10'000);
  histogram.record(Duration(100'000'000));
  CHECK(histogram.count() == 10'001);
  for (const std::int64_t ppm : {300'000, 500'000, 900'000, 990'000, 999'900})
    CHECK(at(histogram, ppm) == 1'000);
  CHECK(at(histogram, 999'990) == highest_equivalent(100'000'000));
  CHECK(at(histogram, 1'000'000) == highest_equivalent(100'000'000));
  CHECK(within_a_thousandth(histogram.mean().count(), (10'000 * 1'000 + 100'000'000) / 10'001));
  CHECK(histogram.min() == Duration(1'000));
  CHECK(histogram.max() == Duration(highest_equivalent(100'000'000)));
}

TEST_CASE("a quantile is the nearest rank") {
  Histogram histogram;
  for (int i = 1; i <= 160; ++i) histogram.record(Duration(i));
  CHECK(at(histogram, 0) == 1);
  CHECK(at(histogram, 1) == 1);
  CHECK(at(histogram, 500'000) == 80);
  CHECK(at(histogram, 500'001) == 81);
  CHECK(at(histogram, 990'000) == 159);  // 158.4 of 160
  CHECK(at(histogram, 993'750) == 159);  // exactly 159
  CHECK(at(histogram, 1'000'000) == 160);
}

TEST_CASE("an empty histogram has zeros only") {
  const Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(at(histogram, 990'000) == 0);
  CHECK(histogram.mean() == 0ns);
  CHECK(histogram.min() == 0ns);
  CHECK(histogram.max() == 0ns);
}

TEST_CASE("zero and the highest value are inside") {
  Histogram histogram;
  histogram.record(0ns);
  histogram.record(1h);
  CHECK(histogram.outside() == 0);
  CHECK(histogram.min() == 0ns);
  CHECK(histogram.max() >= 1h);
  CHECK(within_a_thousandth(histogram.max().count(), Duration(1h).count()));
}

TEST_CASE("a value outside counts as the nearest inside and is told") {
  Histogram histogram(1s);
  histogram.record(-5ns);
  histogram.record(2s, 3);
  CHECK(histogram.count() == 4);
  CHECK(histogram.outside() == 4);
  CHECK(histogram.min() == 0ns);
  CHECK(at(histogram, 1'000'000) == highest_equivalent(1'000'000'000));
}

TEST_CASE("random values keep three significant figures at every quantile") {
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = base::KeyedRandom(7).with(i);
    const std::int64_t value =
        static_cast<std::int64_t>(draw.bits() >> (24 + draw.with("scale").below(38)));
    values.push_back(value);
    histogram.record(Duration(value));
  }
  REQUIRE(histogram.outside() == 0);
  std::sort(values.begin(), values.end());
  for (const std::int64_t ppm : {1'000, 100'000, 500'000, 900'000, 990'000, 999'000, 1'000'000}) {
    const std::size_t rank = (values.size() * static_cast<std::size_t>(ppm) + 999'999) / 1'000'000;
    const std::int64_t exact = values[rank - 1];
    CHECK(at(histogram, ppm) == highest_equivalent(exact));
    CHECK(within_a_thousandth(at(histogram, ppm), exact));
  }
}

TEST_CASE("merged histograms are as one that recorded everything") {
  Histogram one;
  Histogram other;
  Histogram all;
  for (int i = 0; i < 5'000; ++i) {
    const Duration value = base::KeyedRandom(3).with(i).within(10s);
    (i % 3 == 0 ? one : other).record(value);
    all.record(value);
  }
  one.merge(other);
  CHECK(one.count() == all.count());
  CHECK(std::equal(one.counts().begin(), one.counts().end(), all.counts().begin()));
  CHECK(one.min() == all.min());
  CHECK(one.max() == all.max());
  CHECK(one.mean() == all.mean());
}

TEST_CASE("merging a wider histogram tells what did not fit") {
  Histogram narrow(1ms);
  Histogram wide;
  wide.record(2s, 7);
  wide.record(5us);
  narrow.merge(wide);
  CHECK(narrow.count() == 8);
  CHECK(narrow.outside() == 7);
}

}  // namespace
}  // namespace seawall::stats
