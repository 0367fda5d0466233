// A run by the second: what its charts are drawn from. A long run has longer steps, so that a page
// has at most 600 of them however long the run was, and holds no single request.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/record/record.hpp"
#include "reports/charts/plot.hpp"
#include "reports/latency.hpp"

namespace seawall::reports {

using Values = std::vector<std::int64_t>;  // for each step of the axis

// The load phase, from time 0.
charts::TimeAxis load_axis(const record::Record& record);

// Of everything that was intended in the load phase, all requests together, as latencies_of() has
// it.
struct LatencySeries {
  Values p50, p90, p99, max;  // ns; charts::no_value where nothing ended
  Values expected, failed;    // answered as `expect` has it, and not
};

// What several sections show of the load phase; worked out once, because it reads every request.
struct LoadFigures {
  charts::TimeAxis axis;
  LatencySeries series;
  std::map<std::string, RequestLatency> requests;  // by name
  stats::Histogram all;                            // of their latencies together
};
LoadFigures load_figures(const record::Record& record);

struct LinkSeries {
  Values attempts;  // requests on the wire
  Values repeats;   // of them, those after the first for the same call
  std::int64_t all_attempts = 0;
  std::int64_t all_repeats = 0;
};
// By link between services: the ways to the instances of one are counted together.
std::map<std::string, LinkSeries> link_series(const record::Record& record,
                                              const charts::TimeAxis& axis);

struct NodeSeries {
  Values queued, in_flight;  // the most of each step; charts::no_value where none was taken
  std::int64_t most_queued = 0;
  std::int64_t most_in_flight = 0;
};
std::map<std::string, NodeSeries> node_series(const record::Record& record,
                                              const charts::TimeAxis& axis);

// `values` counted in steps, as so many a second.
Values per_second(Values values, const charts::TimeAxis& axis);

}  // namespace seawall::reports
