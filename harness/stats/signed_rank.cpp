#include "harness/stats/signed_rank.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "harness/base/assert.hpp"

namespace seawall::stats {
namespace {

constexpr std::size_t most_differences = 62;  // 2^62 ways fit into 64 bits

// Below, at or above the share: negative, 0, positive.
int beside(const SignChance& chance, base::Share share) {
  __extension__ using Wide = __int128;
  const Wide a = static_cast<Wide>(chance.ways) * base::Share::all().ppm;
  const Wide b = (static_cast<Wide>(1) << chance.signs) * share.ppm;
  return a < b ? -1 : a > b ? 1 : 0;
}

void require_some(std::span<const std::int64_t> differences) {
  base::require(!differences.empty() && differences.size() <= most_differences,
                "a signed rank is of 1 to 62 differences");
  base::require(std::ranges::all_of(differences,
                                    [](std::int64_t d) {
                                      constexpr std::int64_t most = std::int64_t{1} << 61;
                                      return d > -most && d < most;
                                    }),
                "the sum of two differences fits into 63 bits");
}

// Twice the rank of each magnitude, from 2: the double of a midrank is whole.
std::vector<std::size_t> doubled_ranks(std::span<const std::int64_t> differences) {
  std::vector<std::size_t> order(differences.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::abs(differences[i]); });
  std::vector<std::size_t> ranks(differences.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() &&
           std::abs(differences[order[end]]) == std::abs(differences[order[first]]))
      ++end;
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = first + 1 + end;
    first = end;
  }
  return ranks;
}

// By sum: how many subsets of the ranks have it.
std::vector<std::uint64_t> ways_of_sums(const std::vector<std::size_t>& ranks) {
  std::vector<std::uint64_t> ways(1, 1);
  for (const std::size_t rank : ranks) {
    ways.resize(ways.size() + rank);
    for (std::size_t sum = ways.size(); sum-- > rank;) ways[sum] += ways[sum - rank];
  }
  return ways;
}

// (d_i + d_j) for i <= j, in order: twice the Walsh averages.
std::vector<std::int64_t> walsh_sums(std::span<const std::int64_t> differences) {
  std::vector<std::int64_t> sums;
  for (std::size_t i = 0; i < differences.size(); ++i)
    for (std::size_t j = i; j < differences.size(); ++j)
      sums.push_back(differences[i] + differences[j]);
  std::ranges::sort(sums);
  return sums;
}

// How many of the outermost averages the confidence allows to cut off, plus one; 0: not even the
// outermost one bounds with that confidence.
std::size_t depth_of(std::size_t count, base::Share confidence) {
  std::vector<std::size_t> ranks(count);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  const base::Share error{base::Share::all().ppm - confidence.ppm};
  SignChance chance{0, static_cast<int>(count)};
  std::size_t depth = 0;
  for (const std::uint64_t ways : ways_of_sums(ranks)) {
    chance.ways += ways;
    if (chance.is_above(error)) break;
    ++depth;
  }
  return depth;
}

}  // namespace

bool SignChance::is_below(base::Share share) const { return beside(*this, share) < 0; }
bool SignChance::is_above(base::Share share) const { return beside(*this, share) > 0; }
double SignChance::value() const { return std::ldexp(static_cast<double>(ways), -signs); }

SignChance chance_of_signed_rank(std::span<const std::int64_t> differences) {
  require_some(differences);
  const std::vector<std::size_t> ranks = doubled_ranks(differences);
  std::vector<std::size_t> signed_ranks;  // of all but the zeros
  std::size_t sum = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (differences[i] == 0) continue;
    signed_ranks.push_back(ranks[i]);
    if (differences[i] > 0) sum += ranks[i];
  }
  const std::vector<std::uint64_t> ways = ways_of_sums(signed_ranks);
  return {std::accumulate(ways.begin() + static_cast<std::ptrdiff_t>(sum), ways.end(),
                          std::uint64_t{0}),
          static_cast<int>(signed_ranks.size())};
}

std::int64_t hodges_lehmann(std::span<const std::int64_t> differences) {
  require_some(differences);
  const std::vector<std::int64_t> sums = walsh_sums(differences);
  const std::size_t middle = sums.size() / 2;
  if (sums.size() % 2 == 1) return sums[middle] / 2;
  return (sums[middle - 1] + sums[middle]) / 4;
}

std::optional<std::int64_t> lower_bound(std::span<const std::int64_t> differences,
                                        base::Share confidence) {
  require_some(differences);
  const std::size_t depth = depth_of(differences.size(), confidence);
  if (depth == 0) return std::nullopt;
  return walsh_sums(differences)[depth - 1] / 2;
}

std::optional<std::int64_t> upper_bound(std::span<const std::int64_t> differences,
                                        base::Share confidence) {
  require_some(differences);
  const std::size_t depth = depth_of(differences.size(), confidence);
  if (depth == 0) return std::nullopt;
  const std::vector<std::int64_t> sums = walsh_sums(differences);
  return sums[sums.size() - depth] / 2;
}

}  // namespace seawall::stats
