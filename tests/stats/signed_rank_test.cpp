#include "harness/stats/signed_rank.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "support/catch.hpp"

namespace seawall::stats {
namespace {

using base::Share;
using Differences = std::vector<std::int64_t>;

// By the definition: every way to sign the differences, counted.
SignChance enumerated(const Differences& differences) {
  std::vector<std::int64_t> ranks;  // doubled, with the sign of the difference
  for (const std::int64_t d : differences) {
    std::int64_t doubled = 1;
    for (const std::int64_t other : differences)
      doubled += std::abs(other) < std::abs(d) ? 2 : std::abs(other) == std::abs(d) ? 1 : 0;
    if (d != 0) ranks.push_back(d > 0 ? doubled : -doubled);
  }
  const auto sum_of = [&](std::uint64_t positive) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i)
      if (positive >> i & 1) sum += std::abs(ranks[i]);
    return sum;
  };
  std::int64_t observed = 0;
  for (const std::int64_t rank : ranks) observed += std::max<std::int64_t>(rank, 0);
  SignChance chance{0, static_cast<int>(ranks.size())};
  for (std::uint64_t signs = 0; signs >> ranks.size() == 0; ++signs)
    if (sum_of(signs) >= observed) ++chance.ways;
  return chance;
}

TEST_CASE("the chance of a signed rank is what counting every way of signs gives") {
  for (std::uint64_t n = 1; n <= 11; ++n)
    for (int trial = 0; trial < 40; ++trial) {
      Differences differences;
      for (std::uint64_t i = 0; i < n; ++i) {
        const base::KeyedRandom draw = base::KeyedRandom(7).with(n).with(trial).with(i);
        // Few values: many ties, and zeros.
        differences.push_back(static_cast<std::int64_t>(draw.below(9)) - 3);
      }
      const SignChance chance = chance_of_signed_rank(differences);
      const SignChance counted = enumerated(differences);
      CHECK(chance.ways == counted.ways);
      CHECK(chance.signs == counted.signs);
    }
}

// Hollander, Wolfe and Chicken, example 3.1: the depression factor of nine patients before and
// after; R's wilcox.test gives V = 40 and p = 0.01953.
const Differences depression = {952, -147, 1022, 430, 620, 590, 490, -80, 10};

TEST_CASE("a signed rank has the chance of the textbook's example") {
  CHECK(chance_of_signed_rank(depression).value() == Approx(0.01953125));
}

// Darwin's plants in pairs, eighths of an inch: scipy.stats.wilcoxon gives W- = 24 and one-sided
// p = 0.0206298828125.
const Differences darwin = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};

TEST_CASE("fifteen differences have the chance that scipy gives") {
  CHECK(chance_of_signed_rank(darwin).value() == Approx(0.0206298828125).epsilon(1e-12));
}

TEST_CASE("zeros keep their ranks and count for neither side") {
  // Magnitudes 0 0 1 2 3: ranks 1.5 1.5 3 4 5. All three that count are positive: one way of 8.
  const SignChance chance = chance_of_signed_rank(Differences{0, 2, 0, 1, 3});
  CHECK(chance.ways == 1);
  CHECK(chance.signs == 3);
  // 3 + 4 of 3 + 4 + 5: seven or more in {7, 8, 9, 12}.
  CHECK(chance_of_signed_rank(Differences{0, 2, 0, 1, -3}).ways == 4);
  CHECK(chance_of_signed_rank(Differences{0, 0, 0}).value() == 1);
}

TEST_CASE("seven pairs reach the levels that the gate asks for, and no fewer") {
  const Share one = Share::percent(1);
  CHECK(chance_of_signed_rank(Differences{1, 2, 3, 4, 5, 6, 7}).is_below(one));
  CHECK_FALSE(chance_of_signed_rank(Differences{-1, 2, 3, 4, 5, 6, 7}).is_below(one));
  CHECK_FALSE(chance_of_signed_rank(Differences{1, 2, 3, 4, 5, 6}).is_below(one));
  const Share five = Share::percent(5);
  CHECK(chance_of_signed_rank(Differences{1, 2, -3, 4, 5, 6, 7}).is_below(five));  // W+ = 25
  CHECK_FALSE(chance_of_signed_rank(Differences{1, 2, 3, -4, 5, 6, 7}).is_below(five));
}

TEST_CASE("a chance is beside a share exactly") {
  const SignChance half{1, 1};
  CHECK_FALSE(half.is_below(Share::percent(50)));
  CHECK_FALSE(half.is_above(Share::percent(50)));
  CHECK(half.is_below({500'001}));
  CHECK(half.is_above({499'999}));
}

std::int64_t median_of_averages(const Differences& d) {
  std::vector<double> averages;
  for (std::size_t i = 0; i < d.size(); ++i)
    for (std::size_t j = i; j < d.size(); ++j)
      averages.push_back(static_cast<double>(d[i] + d[j]) / 2);
  std::ranges::sort(averages);
  const std::size_t half = averages.size() / 2;
  return static_cast<std::int64_t>(
      averages.size() % 2 == 1 ? averages[half] : (averages[half - 1] + averages[half]) / 2);
}

TEST_CASE("the estimate is the median of all averages of two") {
  CHECK(hodges_lehmann(depression) == 460);  // the textbook: 0.46
  CHECK(hodges_lehmann(Differences{5}) == 5);
  CHECK(hodges_lehmann(Differences{-4, 8}) == 2);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    Differences d;
    for (std::uint64_t i = 0; i < n; ++i)
      d.push_back(static_cast<std::int64_t>(base::KeyedRandom(3).with(n).with(i).below(1000)) -
                  500);
    CHECK(hodges_lehmann(d) == median_of_averages(d));
  }
}

TEST_CASE("bounds are the averages that the distribution of the rank allows to cut off") {
  // The textbook's interval of 96.1 % for the example: (0.010, 0.786).
  CHECK(lower_bound(depression, {980'400}).value() == 10);
  CHECK(upper_bound(depression, {980'400}).value() == 786);

  // Of 28 averages of seven, 98 % cut one off (P(W <= 1) = 2/128), 95 % three (P(W <= 3) = 5/128).
  const Differences seven = {10, 20, 30, 40, 50, 60, 70};
  CHECK(upper_bound(seven, Share::percent(98)).value() == 65);
  CHECK(lower_bound(seven, Share::percent(98)).value() == 15);
  CHECK(upper_bound(seven, Share::percent(95)).value() == 60);
  CHECK_FALSE(upper_bound(Differences{1, 2, 3}, Share::percent(95)));
  CHECK(upper_bound(Differences{1, 2, 3, 4, 5}, Share::percent(95)).value() == 5);
}

// Symmetric around 100: a one-sided bound of 95 % must be on the right side that often at least.
TEST_CASE("bounds hold as often as they promise") {
  const int trials = 4'000;
  int covered = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Differences d;
    for (int i = 0; i < 9; ++i) {
      const base::KeyedRandom draw = base::KeyedRandom(11).with(trial).with(i);
      d.push_back(100'000 + static_cast<std::int64_t>(draw.below(60'001)) - 30'000);
    }
    if (upper_bound(d, Share::percent(95)).value() >= 100'000) ++covered;
  }
  CHECK(covered >= trials * 94 / 100);  // 95.1 % expected (P(W <= 8) = 25/512)
  CHECK(covered <= trials * 97 / 100);
}

}  // namespace
}  // namespace seawall::stats
