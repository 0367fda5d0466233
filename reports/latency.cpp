#include "reports/latency.hpp"

#include <set>

#include "reports/hdr_log.hpp"

namespace seawall::reports {

RequestLatency::RequestLatency(base::TimePoint time_zero)
    : windows(time_zero, std::chrono::seconds(1)) {}

stats::Histogram RequestLatency::histogram() const {
  const auto& filled = windows.windows();
  return windows.histogram(0, filled.empty() ? 0 : filled.rbegin()->first + 1);
}

std::map<std::string, RequestLatency> latencies_of(const record::Record& record) {
  std::map<std::string, RequestLatency> requests;
  for (const record::Exchange& exchange : record.history) {
    if (exchange.intended < record.time_zero || exchange.intended >= record.load_end) continue;
    RequestLatency& request =
        requests.try_emplace(exchange.request_name, record.time_zero).first->second;
    ++request.sent;
    if (exchange.expected) ++request.expected;
    if (exchange.ended == base::TimePoint{} || exchange.abandoned) continue;
    request.windows.record(exchange.intended, exchange.ended - exchange.intended);
  }
  return requests;
}

std::string latency_log(const record::Record& record) {
  const auto requests = latencies_of(record);
  std::set<std::pair<std::int64_t, std::string>> intervals;  // in the order of the log
  for (const auto& [name, request] : requests)
    for (const auto& [number, values] : request.windows.windows()) intervals.emplace(number, name);
  HdrLogWriter log;
  for (const auto& [number, name] : intervals) {
    const stats::WindowSeries& series = requests.at(name).windows;
    log.append(name, series.start_of(number) - record.time_zero, series.width(),
               series.histogram(number, number + 1));
  }
  return log.text();
}

}  // namespace seawall::reports
