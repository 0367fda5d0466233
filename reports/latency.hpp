// Latencies of the load phase as its clients saw them, by request name: from the intended time of
// sending, so that a stalled service cannot hide behind a stalled client.
#pragma once
#include <map>
#include <string>

#include "harness/record/record.hpp"
#include "harness/stats/window_series.hpp"

namespace seawall::reports {

struct RequestLatency {
  explicit RequestLatency(base::TimePoint time_zero);
  stats::Histogram histogram() const;  // of the whole load phase

  stats::WindowSeries windows;  // by intended time, of a second each, from time 0
  std::int64_t sent = 0;
  std::int64_t expected = 0;  // of them, answered as `expect` has it
};

// Of everything that was intended within the load phase. A failed request counts with the time it
// took to fail; one that its client left on purpose, or that was open at the end, has no latency.
std::map<std::string, RequestLatency> latencies_of(const record::Record& record);

// latency.hlog: a line for each second and request name.
std::string latency_log(const record::Record& record);

}  // namespace seawall::reports
