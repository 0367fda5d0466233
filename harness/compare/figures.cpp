#include "harness/compare/figures.hpp"

#include <algorithm>
#include <utility>

namespace seawall::compare {
namespace {

struct MetricRow {
  Metric metric;
  std::string_view name;
  base::Share quantile;
};
constexpr auto rows = std::to_array<MetricRow>({
    {Metric::p50, "p50", base::Share::percent(50)},
    {Metric::p90, "p90", base::Share::percent(90)},
    {Metric::p99, "p99", base::Share::percent(99)},
    {Metric::errors, "errors", {}},
    {Metric::p999, "p99.9", {999'000}},
    {Metric::goodput, "goodput", {}},
});

const MetricRow& row_of(Metric metric) {
  return *std::ranges::find(rows, metric, &MetricRow::metric);
}

}  // namespace

void add(const RequestFigures& more, RequestFigures& sum) {
  sum.sent += more.sent;
  sum.expected += more.expected;
  if (more.latency.highest() > sum.latency.highest()) {
    stats::Histogram larger(more.latency.highest());
    larger.merge(sum.latency);
    sum.latency = std::move(larger);
  }
  sum.latency.merge(more.latency);
}

RequestFigures RunFigures::all() const {
  RequestFigures sum;
  for (const auto& [name, request] : requests) add(request, sum);
  return sum;
}

bool is_same(const RunFigures& a, const RunFigures& b) {
  return std::ranges::equal(a.requests, b.requests, [](const auto& one, const auto& other) {
    const RequestFigures& x = one.second;
    const RequestFigures& y = other.second;
    return one.first == other.first && x.sent == y.sent && x.expected == y.expected &&
           std::ranges::equal(x.latency.counts(), y.latency.counts());
  });
}

std::string_view name_of(Metric metric) { return row_of(metric).name; }

std::optional<Metric> metric_named(std::string_view name) {
  const auto row = std::ranges::find(rows, name, &MetricRow::name);
  return row == rows.end() ? std::nullopt : std::optional(row->metric);
}

base::Share quantile_of(Metric metric) { return row_of(metric).quantile; }

base::Share Tolerances::of(Metric metric) const {
  const auto found = by.find(metric);
  return found == by.end() ? base::Share{} : found->second;
}

Tolerances wall_time_tolerances() {
  return {{{Metric::p50, base::Share::percent(3)},
           {Metric::p90, base::Share::percent(5)},
           {Metric::p99, base::Share::percent(10)},
           {Metric::errors, {1'000}}}};
}

Tolerances virtual_time_tolerances() {
  constexpr base::Share half_a_percent{5'000};
  return {{{Metric::p50, half_a_percent},
           {Metric::p90, half_a_percent},
           {Metric::p99, half_a_percent},
           {Metric::errors, {1'000}},
           {Metric::goodput, half_a_percent}}};
}

}  // namespace seawall::compare
