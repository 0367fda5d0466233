// What recording a latency costs, beside the least that counting can cost (one array element) and,
// where it is installed, beside HdrHistogram_c.
//
//   cmake --preset dev -DCMAKE_BUILD_TYPE=Release, then build/dev/tests/bench/histogram_bench
//
// The contestants take turns and the medians are compared, because the machine is never quiet.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/stats/histogram.hpp"
#include "tests/bench/machine.hpp"
#ifdef SEAWALL_HAS_HDR_HISTOGRAM
#include <hdr/hdr_histogram.h>
#endif

namespace seawall {
namespace {

using Values = std::vector<base::Duration>;

// Long enough that the clock's own cost does not show.
constexpr std::size_t value_count = 1 << 20;
constexpr int turns = 15;

// Exponential around 20 ms, as latencies are: several buckets, and no pattern to predict.
Values draw_values() {
  Values values(value_count);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = base::KeyedRandom(1).with(i).exponential(std::chrono::milliseconds(20));
  return values;
}

struct Contestant {
  std::string name;
  std::function<void(const Values&)> run;
  std::vector<double> ns_each;
};

double median(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + numbers.size() / 2, numbers.end());
  return numbers[numbers.size() / 2];
}

double ns_for_each(const Contestant& contestant, const Values& values) {
  const auto start = std::chrono::steady_clock::now();
  contestant.run(values);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return took.count() / static_cast<double>(values.size());
}

}  // namespace
}  // namespace seawall

int main() {
  using namespace seawall;
  const Values values = draw_values();
  std::vector<std::int64_t> counters(4096);
  stats::Histogram histogram;
  std::vector<Contestant> contestants = {
      {"plain counter",
       [&](const Values& all) {
         for (const base::Duration value : all)
           ++counters[static_cast<std::size_t>(value.count() & 4095)];
       },
       {}},
      {"stats::Histogram",
       [&](const Values& all) {
         for (const base::Duration value : all) histogram.record(value);
       },
       {}},
  };
#ifdef SEAWALL_HAS_HDR_HISTOGRAM
  hdr_histogram* original = nullptr;
  if (hdr_init(1, 3'600'000'000'000, 3, &original) != 0) return 1;
  contestants.push_back({"HdrHistogram_c",
                         [&](const Values& all) {
                           for (const base::Duration value : all)
                             hdr_record_value(original, value.count());
                         },
                         {}});
#endif
  for (int turn = 0; turn < turns; ++turn)
    for (Contestant& contestant : contestants)
      contestant.ns_each.push_back(ns_for_each(contestant, values));

  std::printf("%s; %zu values, median of %d turns\n", bench::machine().c_str(), value_count, turns);
  const double least = median(contestants.front().ns_each);
  for (const Contestant& contestant : contestants) {
    const double each = median(contestant.ns_each);
    std::printf("%-18s %6.2f ns   %5.2f x\n", contestant.name.c_str(), each, each / least);
  }
#ifndef SEAWALL_HAS_HDR_HISTOGRAM
  std::puts("HdrHistogram_c     not installed");
#endif
  std::int64_t counted = 0;  // also keeps the counting from being optimised away
  for (const std::int64_t counter : counters) counted += counter;
  return counted == histogram.count() ? 0 : 1;
}
