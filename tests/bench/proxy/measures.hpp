// What is measured: each starts the contestant, loads it for so long, and says what it saw.
#pragma once
#include <map>
#include <string>

#include "tests/bench/proxy/contestants.hpp"

namespace seawall::bench {

// By the names of the columns of the report.
using Figures = std::map<std::string, double>;

struct Measure {
  std::string name;
  bool http = false;  // makes sense of a proxy that speaks HTTP too
  std::function<Figures(const Contestant&, const Cores&, base::Duration)> run;
};
// bulk 1, bulk 8, bulk 32, requests, connections, idle.
std::vector<Measure> measures();

// The names of figures.
namespace figure {
inline constexpr const char* rate = "rate";      // bytes, requests or connections a second
inline constexpr const char* cost = "cost";      // processor seconds of the proxy for each of these
inline constexpr const char* busy = "busy";      // share of its core that the proxy had
inline constexpr const char* waited = "waited";  // for a core, as a share of the time
inline constexpr const char* p50 = "p50";        // seconds
inline constexpr const char* p99 = "p99";        // seconds
inline constexpr const char* memory = "memory";  // bytes
}  // namespace figure

// How exact faults are. Only of contestants that have faults.
struct LatencyErrors {  // of answers that are to come 50 ms later than they would
  base::Duration median{};
  base::Duration p99{};
};
LatencyErrors latency_errors(const Contestant& contestant, const Cores& cores, base::Duration time);
// What the benchmark and the machine add to that by themselves: as many requests at the same rate,
// without a proxy and without latency.
LatencyErrors latency_floor(const Contestant& direct, const Cores& cores, base::Duration time);

struct BandwidthError {
  double mean = 0;       // of 1 MB/s, as a share
  double deviation = 0;  // of windows of 100 ms, as a share of 1 MB/s
};
BandwidthError bandwidth_error(const Contestant& contestant, const Cores& cores,
                               base::Duration time);

// Changes of faults on a link with 1,000 connections: 900 on which little messages come and go, and
// 100 whose client does not read what waits for it.
struct ChangeFigures {
  base::Duration slowest{};  // of the answers to the changes
  bool answered = true;      // all of them, in time
  std::int64_t lost = 0;     // bytes that never came
  bool intact = true;        // what came was what was sent, in its order
};
ChangeFigures change_of_faults(const Contestant& contestant, const Cores& cores);

}  // namespace seawall::bench
