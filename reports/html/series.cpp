#include "reports/html/series.hpp"

#include <algorithm>
#include <optional>

#include "harness/base/link.hpp"

namespace seawall::reports {
namespace {

using charts::no_value;
using charts::TimeAxis;
using record::Exchange;
using record::Record;

constexpr std::int64_t most_steps = 600;

std::optional<std::size_t> step_of(base::TimePoint at, const Record& record, const TimeAxis& axis) {
  const base::Duration since = at - record.time_zero;
  if (since < axis.from || since >= axis.to) return std::nullopt;
  return static_cast<std::size_t>((since - axis.from) / axis.step);
}

// The nearest rank; `values` is reordered.
std::int64_t quantile(std::vector<std::int64_t>& values, std::int64_t percent) {
  const auto count = static_cast<std::int64_t>(values.size());
  const std::int64_t rank = std::max<std::int64_t>((count * percent + 99) / 100, 1);
  const auto at = values.begin() + (rank - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Of all requests in the windows of one step.
std::vector<std::int64_t> latencies_in(const std::map<std::string, RequestLatency>& requests,
                                       std::int64_t first, std::int64_t end) {
  std::vector<std::int64_t> values;
  for (const auto& [name, request] : requests) {
    const auto& windows = request.windows.windows();
    for (auto at = windows.lower_bound(first); at != windows.end() && at->first < end; ++at)
      for (const base::Duration latency : at->second) values.push_back(latency.count());
  }
  return values;
}

}  // namespace

TimeAxis load_axis(const Record& record) {
  TimeAxis axis;
  axis.to = std::max(record.load_end - record.time_zero, base::Duration{});
  const auto seconds =
      (axis.to + std::chrono::seconds(1) - base::Duration(1)) / std::chrono::seconds(1);
  axis.step =
      std::chrono::seconds(std::max<std::int64_t>((seconds + most_steps - 1) / most_steps, 1));
  return axis;
}

LoadFigures load_figures(const Record& record) {
  LoadFigures figures;
  figures.axis = load_axis(record);
  figures.requests = latencies_of(record);
  for (const auto& [name, request] : figures.requests) figures.all.merge(request.histogram());

  LatencySeries& series = figures.series;
  series.expected.resize(figures.axis.steps(), 0);
  series.failed.resize(figures.axis.steps(), 0);
  for (const Exchange& row : record.history)
    if (const auto step = step_of(row.intended, record, figures.axis))
      ++(row.expected ? series.expected : series.failed)[*step];
  const std::int64_t width = figures.axis.step / std::chrono::seconds(1);
  for (std::int64_t step = 0; step < static_cast<std::int64_t>(figures.axis.steps()); ++step) {
    auto values = latencies_in(figures.requests, step * width, (step + 1) * width);
    const bool any = !values.empty();
    series.p50.push_back(any ? quantile(values, 50) : no_value);
    series.p90.push_back(any ? quantile(values, 90) : no_value);
    series.p99.push_back(any ? quantile(values, 99) : no_value);
    series.max.push_back(any ? quantile(values, 100) : no_value);
  }
  return figures;
}

std::map<std::string, LinkSeries> link_series(const Record& record, const TimeAxis& axis) {
  std::map<base::Link, LinkSeries*> known;  // a text for each request would cost more than the rest
  std::map<std::string, LinkSeries> links;
  for (const Exchange& row : record.exchanges) {
    const auto step = step_of(row.sent, record, axis);
    if (!step || row.link.is_inner()) continue;
    const auto [place, fresh] = known.try_emplace(row.link, nullptr);
    if (fresh) {
      place->second = &links[base::to_text(base::between_services(row.link))];
      place->second->attempts.resize(axis.steps(), 0);
      place->second->repeats.resize(axis.steps(), 0);
    }
    LinkSeries& link = *place->second;
    ++link.attempts[*step];
    ++link.all_attempts;
    if (row.index.subject.kind == base::Subject::Kind::none || row.index.n <= 1) continue;
    ++link.repeats[*step];
    ++link.all_repeats;
  }
  return links;
}

std::map<std::string, NodeSeries> node_series(const Record& record, const TimeAxis& axis) {
  std::map<std::string, NodeSeries> nodes;
  for (const record::Sample& sample : record.samples) {
    const auto step = step_of(sample.t, record, axis);
    if (!step) continue;
    NodeSeries& node = nodes[sample.node];
    node.queued.resize(axis.steps(), no_value);
    node.in_flight.resize(axis.steps(), no_value);
    node.queued[*step] = std::max(node.queued[*step], sample.queued);
    node.in_flight[*step] = std::max(node.in_flight[*step], sample.in_flight);
    node.most_queued = std::max(node.most_queued, sample.queued);
    node.most_in_flight = std::max(node.most_in_flight, sample.in_flight);
  }
  return nodes;
}

Values per_second(Values values, const TimeAxis& axis) {
  const std::int64_t seconds = std::max<std::int64_t>(axis.step / std::chrono::seconds(1), 1);
  for (std::int64_t& value : values)
    if (value != no_value) value = (value + seconds / 2) / seconds;
  return values;
}

}  // namespace seawall::reports
