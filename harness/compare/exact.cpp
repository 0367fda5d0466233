#include "harness/compare/exact.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/base/integer_math.hpp"

namespace seawall::compare {
namespace {

using Standing = Row::Standing;

// The quantile is at least one request away from the largest.
bool has_enough(const stats::Histogram& latency, base::Share quantile) {
  return latency.count() * (base::Share::all().ppm - quantile.ppm) >= base::Share::all().ppm;
}

std::int64_t error_ppm(const RequestFigures& figures) {
  const stats::Proportion errors{figures.sent - figures.expected, figures.sent};
  return std::llround(errors.value() * static_cast<double>(base::Share::all().ppm));
}

Standing standing_of(std::int64_t worse_by, const Row& row) {
  if (row.a == row.b) return Standing::same;
  if (worse_by < 0) return Standing::better;
  return worse_by > row.tolerated.ppm ? Standing::worse : Standing::within;
}

Row quantile_row(Metric metric, const RequestFigures& a, const RequestFigures& b, Row row) {
  const base::Share quantile = quantile_of(metric);
  row.a = a.latency.value_at_quantile(quantile).count();
  row.b = b.latency.value_at_quantile(quantile).count();
  if (row.a > 0) row.change = base::scale(row.b - row.a, base::Share::all().ppm, row.a);
  row.standing = standing_of(row.change.value_or(base::Share::all().ppm), row);
  if (metric == Metric::p999) row.standing = Standing::shown;
  if (!has_enough(a.latency, quantile) || !has_enough(b.latency, quantile))
    row.standing = Standing::too_few;
  return row;
}

Row errors_row(const RequestFigures& a, const RequestFigures& b, Row row) {
  row.a = error_ppm(a);
  row.b = error_ppm(b);
  row.change = row.b - row.a;
  row.standing = standing_of(*row.change, row);
  return row;
}

Row goodput_row(const RequestFigures& a, const RequestFigures& b, Row row) {
  row.a = a.expected;
  row.b = b.expected;
  if (row.a > 0) row.change = base::scale(row.b - row.a, base::Share::all().ppm, row.a);
  row.standing = standing_of(-row.change.value_or(base::Share::all().ppm), row);
  return row;
}

bool has_any(const RequestFigures& figures) {
  return figures.sent > 0 || figures.latency.count() > 0;
}

void append_rows(const std::string& request, const RequestFigures& a, const RequestFigures& b,
                 const Tolerances& tolerances, std::vector<Row>& rows) {
  const std::size_t before = rows.size();
  for (const Metric metric : all_metrics) {
    Row row;
    row.request = request;
    row.metric = metric;
    row.tolerated = tolerances.of(metric);
    const bool counted = a.sent > 0 && b.sent > 0;
    if (is_quantile(metric))
      rows.push_back(quantile_row(metric, a, b, row));
    else if (counted)
      rows.push_back(metric == Metric::errors ? errors_row(a, b, row) : goodput_row(a, b, row));
  }
  if (has_any(a) == has_any(b)) return;
  for (std::size_t i = before; i < rows.size(); ++i) {
    rows[i].change.reset();
    rows[i].standing = has_any(a) ? Standing::only_a : Standing::only_b;
  }
}

}  // namespace

std::vector<Row> exact_rows(const RunFigures& a, const RunFigures& b,
                            const Tolerances& tolerances) {
  std::vector<Row> rows;
  append_rows("", a.all(), b.all(), tolerances, rows);
  std::set<std::string> names;
  for (const RunFigures* side : {&a, &b})
    for (const auto& [name, figures] : side->requests) names.insert(name);
  if (names.size() < 2) return rows;  // it would be all of them once more
  const auto of = [](const RunFigures& side, const std::string& name) {
    const auto found = side.requests.find(name);
    return found == side.requests.end() ? RequestFigures() : found->second;
  };
  for (const std::string& name : names)
    append_rows(name, of(a, name), of(b, name), tolerances, rows);
  return rows;
}

RunFigures together(const std::vector<Run>& runs) {
  RunFigures sum;
  for (const Run& run : runs)
    for (const auto& [name, request] : run.figures.requests) add(request, sum.requests[name]);
  return sum;
}

}  // namespace seawall::compare
