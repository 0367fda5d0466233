#include "reports/html/comparison_page.hpp"

#include <fmt/format.h>

#include "harness/compare/exact.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/interval_chart.hpp"
#include "reports/charts/percentile_chart.hpp"
#include "reports/charts/style.hpp"
#include "reports/comparison_words.hpp"
#include "reports/html/markup.hpp"

namespace seawall::reports {
namespace {

using charts::html_text;
using compare::Comparison;
using compare::Row;
using Standing = Row::Standing;

std::string_view style_of(Comparison::Verdict verdict) {
  switch (verdict) {
    case Comparison::Verdict::passed:
      return "good";
    case Comparison::Verdict::invariant_broken:
    case Comparison::Verdict::regression:
      return "bad";
    case Comparison::Verdict::inconclusive:
      return "warn";
  }
  return "";
}

std::string_view style_of(Standing standing) {
  switch (standing) {
    case Standing::worse:
      return "bad";
    case Standing::undecided:
      return "warn";
    case Standing::same:
    case Standing::better:
    case Standing::within:
      return "good";
    default:
      return "plain";
  }
}

std::string headline(const Comparison& comparison, int exit) {
  std::string out = fmt::format("<header><h1><span class=\"tag {}\">{}</span>{}</h1>\n",
                                style_of(comparison.verdict), verdict_label(comparison.verdict),
                                html_text(comparison.scenario));
  out += html_paragraph(comparison.reason);
  out += fmt::format("<p class=\"facts\">A is {} ({}) · B is {} ({}) · {} · exit {}</p>\n",
                     html_text(comparison.a), runs_text(comparison.runs_a), html_text(comparison.b),
                     runs_text(comparison.runs_b), html_text(how_compared(comparison)), exit);
  for (const std::string& remark : remarks_of(comparison)) out += html_paragraph(remark);
  return out + "</header>\n";
}

// In hundredths of a percent, as the chart has it; of a change that is exact, the interval has no
// width.
charts::Interval interval_of(const Row& row) {
  constexpr std::int64_t ppm = 100;  // of a hundredth of a percent
  charts::Interval interval;
  interval.name = std::string(compare::name_of(row.metric));
  if (!row.request.empty()) interval.name += " " + row.request;
  interval.estimate = *row.change / ppm;
  interval.low = row.low.value_or(*row.change) / ppm;
  interval.high = row.high.value_or(*row.change) / ppm;
  if (row.standing != Standing::shown) interval.tolerance = row.tolerated.ppm / ppm;
  interval.style = style_of(row.standing);
  return interval;
}

std::string changes_section(const Comparison& comparison) {
  charts::IntervalChart chart;
  chart.label = "change of each quantile from A to B";
  for (const Row& row : comparison.rows) {
    const bool has_change = compare::is_quantile(row.metric) && row.change.has_value();
    if (has_change && row.standing != Standing::too_few && row.request.empty())
      chart.rows.push_back(interval_of(row));
  }
  if (chart.rows.empty()) return "";
  return html_section("changes", "How much slower is B?",
                      comparison.is_exact ? "exact, with what is tolerated"
                                          : "estimate and 95 % interval, with what is tolerated",
                      charts::figure(charts::svg_of(chart)));
}

charts::PercentileSeries series_of(const std::string& name, const compare::Side& side, int colour) {
  const stats::Histogram latency = compare::together(side.runs).all().latency;
  charts::PercentileSeries series;
  series.name = name;
  series.colour = colour;
  for (const base::Share share : charts::percentile_shares(latency.count()))
    series.points.push_back({share, latency.value_at_quantile(share)});
  return series;
}

std::string percentiles_section(const compare::Side& a, const compare::Side& b) {
  if (a.runs.empty() || b.runs.empty()) return "";
  charts::PercentileChart chart;
  chart.label = "latency by percentile, A and B";
  chart.series = {series_of("A", a, 0), series_of("B", b, 1)};
  chart.series[0].dashed = true;
  return html_section("percentiles", "Latency by percentile", "all requests of all runs together",
                      charts::legend_of(chart.series) + charts::figure(charts::svg_of(chart)));
}

std::string table_section(const Comparison& comparison) {
  const std::vector<std::size_t> shown = comparison_columns(comparison);
  const ComparisonLine head = comparison_head("metric");
  std::vector<Column> columns = {{"requests", "k"}};
  const auto is_word = [&](std::size_t i) { return i == 0 || i + 1 == head.size(); };
  for (const std::size_t i : shown) columns.push_back({head[i], is_word(i) ? "" : "n"});
  std::vector<std::vector<Cell>> rows;
  for (const Row& row : comparison.rows) {
    const ComparisonLine line = comparison_line(row);
    std::vector<Cell> cells = {{std::string(shown_name(row.request)), "k", ""}};
    for (const std::size_t i : shown) cells.push_back({line[i], is_word(i) ? "" : "n", ""});
    cells.back().style = row.standing == Standing::worse ? "s bad" : "s";
    rows.push_back(std::move(cells));
  }
  return html_section("table", "All figures", "", html_table(columns, rows));
}

}  // namespace

std::string comparison_html(const Comparison& comparison, const compare::Side& a,
                            const compare::Side& b, int exit) {
  return charts::html_page(
      fmt::format("{} {}", verdict_label(comparison.verdict), comparison.scenario),
      headline(comparison, exit) + changes_section(comparison) + percentiles_section(a, b) +
          table_section(comparison));
}

}  // namespace seawall::reports
