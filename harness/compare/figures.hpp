// What of a run is compared with another: how long its requests took, and how many were answered as
// expected, by request name.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/stats/histogram.hpp"

namespace seawall::compare {

struct RequestFigures {
  std::int64_t sent = 0;      // 0: a log that tells of latencies alone
  std::int64_t expected = 0;  // of them, answered as `expect` has it
  stats::Histogram latency;   // from the intended time of sending; failed requests too
};

// Adds counts and latencies; the histogram of `sum` grows where it is too small.
void add(const RequestFigures& more, RequestFigures& sum);

struct RunFigures {
  std::map<std::string, RequestFigures> requests;
  RequestFigures all() const;
};

// Latencies, request by request, and counts are the same.
bool is_same(const RunFigures& a, const RunFigures& b);

// What is compared, in the order of tables. The first three judge in wall time; p99.9 and goodput
// are shown there, and judged only in virtual time.
enum class Metric : std::uint8_t { p50, p90, p99, errors, p999, goodput };
inline constexpr std::array all_metrics = {Metric::p50,    Metric::p90,  Metric::p99,
                                           Metric::errors, Metric::p999, Metric::goodput};

std::string_view name_of(Metric metric);  // "p99.9"
std::optional<Metric> metric_named(std::string_view name);
inline bool is_quantile(Metric metric) {
  return metric != Metric::errors && metric != Metric::goodput;
}
base::Share quantile_of(Metric metric);  // of one that is

// How much worse B may be: a share of A's value; of errors, the difference of two shares.
struct Tolerances {
  std::map<Metric, base::Share> by;
  base::Share of(Metric metric) const;  // what there is none of may not get worse at all
};
// What the noise of real machines leaves room for.
Tolerances wall_time_tolerances();
// Nothing there is noise: half a percent is five times what a histogram can tell apart.
Tolerances virtual_time_tolerances();

}  // namespace seawall::compare
