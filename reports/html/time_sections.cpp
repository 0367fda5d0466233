// The charts over the load phase, one second in the same place in all of them.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "harness/record/windows.hpp"
#include "reports/charts/bar_chart.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/state_chart.hpp"
#include "reports/charts/style.hpp"
#include "reports/charts/time_chart.hpp"
#include "reports/html/faults.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/series.hpp"

namespace seawall::reports {
namespace {

using charts::Band;
using charts::Line;
using charts::no_value;
using charts::Quantity;
using charts::TimeAxis;
using record::Event;

constexpr std::size_t most_lines = 6;

std::string each(const TimeAxis& axis) {
  return axis.step == std::chrono::seconds(1) ? "each second"
                                              : "each " + charts::duration_label(axis.step);
}

// The bounds on latencies that service levels state, as "latency.p99 <= 250ms", and the requests
// that they are for; the empty text stands for all of them.
struct Bound {
  std::int64_t value = 0;
  std::string text;
  std::string request;
  const model::Phase* phase = nullptr;
};

void collect_bounds(const model::Expression& that, const model::Phase& phase,
                    std::vector<Bound>& bounds) {
  using Kind = model::Expression::Kind;
  const bool compares = that.kind == Kind::less || that.kind == Kind::less_equal ||
                        that.kind == Kind::greater || that.kind == Kind::greater_equal;
  if (compares && that.children.size() == 2) {
    const model::Expression& left = that.children[0];
    const model::Expression& right = that.children[1];
    const bool is_latency = left.kind == Kind::measure && left.name.starts_with("latency");
    const auto value = static_cast<std::int64_t>(right.number * 1e9);
    if (is_latency && right.kind == Kind::number && right.unit == model::Unit::time && value > 0)
      bounds.push_back(
          {value, that.text, left.children.empty() ? "" : left.children.front().name, &phase});
  }
  for (const model::Expression& child : that.children) collect_bounds(child, phase, bounds);
}

// A bound is drawn where it holds. One of a single request says nothing of all requests together;
// those are named in `others`.
std::vector<charts::Level> latency_levels(const RunReport& report, std::size_t requests,
                                          std::vector<std::string>& others) {
  constexpr std::size_t most = 12;
  const record::Record& record = *report.record;
  std::vector<Bound> bounds;
  for (const model::ServiceLevel& level : report.scenario->levels)
    collect_bounds(level.that, level.phase, bounds);
  std::vector<charts::Level> levels;
  for (const Bound& bound : bounds) {
    if (!bound.request.empty() && requests > 1) {
      others.push_back(bound.text);
      continue;
    }
    std::string name = bound.text;
    if (bound.phase->kind != model::Phase::Kind::all) name += ", " + bound.phase->text;
    for (const record::Window& window :
         record::phase_windows(*bound.phase, record).value_or(record::Windows{})) {
      if (levels.size() == most || window.empty()) continue;
      levels.push_back({bound.value, std::exchange(name, ""), window.from - record.time_zero,
                        window.to - record.time_zero});
    }
  }
  return levels;
}

// The stretches of two steps and more in which no request was due: their charts have no line there.
std::vector<Band> gaps_of(const LatencySeries& series, const TimeAxis& axis) {
  constexpr std::size_t least = 2;
  std::vector<Band> gaps;
  std::size_t since = 0;
  for (std::size_t i = 0; i <= axis.steps(); ++i) {
    if (i < axis.steps() && series.expected[i] + series.failed[i] == 0) continue;
    const auto at = [&](std::size_t step) {
      return axis.from + axis.step * static_cast<std::int64_t>(step);
    };
    if (i - since >= least) gaps.push_back({at(since), at(i), "nothing was sent", true, true});
    since = i + 1;
  }
  return gaps;
}

std::string requests_table(const LoadFigures& figures) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [name, request] : figures.requests) {
    const stats::Histogram latency = request.histogram();
    const auto at = [&](std::int64_t ppm) {
      return Cell{charts::duration_label(latency.value_at_quantile(base::Share{ppm})), "n", ""};
    };
    rows.push_back({{name, "", ""},
                    number_cell(request.sent),
                    number_cell(request.expected),
                    at(500'000),
                    at(900'000),
                    at(990'000),
                    {charts::duration_label(latency.max()), "n", ""}});
  }
  return html_table({{"request", ""},
                     {"sent", "n"},
                     {"as expected", "n"},
                     {"p50", "n"},
                     {"p90", "n"},
                     {"p99", "n"},
                     {"max", "n"}},
                    rows);
}

// The keys of `all` whose `size` is largest, at most `most` of them and none of size 0.
template <class Map, class Size>
std::vector<std::string> largest(const Map& all, Size size, std::size_t most) {
  std::vector<std::string> names;
  for (const auto& [name, value] : all)
    if (size(value) > 0) names.push_back(name);
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return size(all.at(a)) > size(all.at(b));
  });
  if (names.size() > most) names.resize(most);
  return names;
}

std::string left_out(std::size_t all, std::size_t shown, std::string_view things) {
  if (all <= shown) return {};
  return html_paragraph(fmt::format("{} {} with less are not drawn.", all - shown, things), "mute");
}

// What a breaker was from one transition to the next.
charts::StateRow breaker_row(const record::Record& record, const std::string& where) {
  const auto state = [](std::string_view word) -> std::pair<std::string, std::string_view> {
    if (word == "open") return {"open", "bad"};
    if (word == "half_open") return {"half open", "warn"};
    return {std::string(word), "good"};
  };
  charts::StateRow row{where, {}};
  base::Duration since = record.warmup_start - record.time_zero;
  std::string now = "closed";
  const auto end_at = [&](base::Duration at) {
    const auto [name, style] = state(now);
    if (at > since) row.states.push_back({since, at, name, style});
    since = at;
  };
  for (const Event& event : record.events) {
    if (event.kind != Event::Kind::breaker || event.where != where) continue;
    const std::size_t blank = event.what.find(' ');
    end_at(event.t - record.time_zero);
    if (blank != event.what.npos) now = event.what.substr(blank + 1);
  }
  end_at(std::max(record.end, record.load_end) - record.time_zero);
  return row;
}

charts::StateRow node_row(const record::Record& record, const std::string& node) {
  charts::StateRow row{node, {}};
  base::Duration since = record.warmup_start - record.time_zero;
  std::string now = "up";
  const auto end_at = [&](base::Duration at) {
    const std::string_view style = now == "up" || now == "resumed" ? "good"
                                   : now == "down"                 ? "bad"
                                                                   : "warn";
    if (at > since) row.states.push_back({since, at, now == "resumed" ? "up" : now, style});
    since = at;
  };
  for (const Event& event : record.events) {
    if (event.kind != Event::Kind::node || event.where != node) continue;
    end_at(event.t - record.time_zero);
    now = event.what;
  }
  end_at(std::max(record.end, record.load_end) - record.time_zero);
  return row;
}

}  // namespace

std::string latency_section(const RunReport& report, const LoadFigures& figures) {
  const record::Record& record = *report.record;
  const TimeAxis& axis = figures.axis;
  const LatencySeries& series = figures.series;
  if (figures.requests.empty() || axis.steps() == 0) return {};
  charts::TimeChart chart;
  chart.label = "Latency over time";
  chart.time = axis;
  chart.quantity = Quantity::duration;
  chart.logarithmic = true;
  chart.lines = {{"p50", 0, false, series.p50},
                 {"p90", 1, false, series.p90},
                 {"p99", 2, false, series.p99},
                 {"max", 3, true, series.max}};
  chart.bands = fault_bands(*report.scenario, record);
  for (Band& gap : gaps_of(series, axis)) chart.bands.push_back(std::move(gap));
  std::vector<std::string> others;
  chart.levels = latency_levels(report, figures.requests.size(), others);
  chart.height = charts::px(230);
  return html_section(
      "latency", "Latency over time",
      "from the intended time of sending, failed requests too, " + each(axis),
      charts::legend_of(chart.lines) + charts::figure(svg_of(chart)) +
          (others.empty() ? ""
                          : html_paragraph("Not drawn, as they are for one request: " +
                                               base::join(others, "; "),
                                           "mute")) +
          requests_table(figures));
}

std::string outcome_section(const RunReport& report, const LoadFigures& figures) {
  const TimeAxis& axis = figures.axis;
  const LatencySeries& series = figures.series;
  if (figures.requests.empty() || axis.steps() == 0) return {};
  charts::BarChart chart;
  chart.label = "Answers per second";
  chart.time = axis;
  chart.stacks = {{"answered as expected", "good", per_second(series.expected, axis)},
                  {"failed, or answered otherwise", "bad", per_second(series.failed, axis)}};
  chart.bands = fault_bands(*report.scenario, *report.record);
  for (Band& gap : gaps_of(series, axis)) chart.bands.push_back(std::move(gap));
  chart.bands = nameless(std::move(chart.bands));
  return html_section("outcome", "Goodput and errors", "requests per second, by intended time",
                      charts::legend_of(chart.stacks) + charts::figure(svg_of(chart)));
}

std::string breaker_section(const RunReport& report) {
  constexpr std::size_t most_rows = 16;
  const record::Record& record = *report.record;
  charts::StateChart chart;
  chart.label = "States of circuit breakers and nodes";
  chart.time = load_axis(record);
  if (chart.time.steps() == 0) return {};
  std::map<std::string, std::int64_t> breakers;  // by how often they turned
  for (const record::PatternUse& use : record.patterns)
    if (use.pattern == "circuit_breaker") breakers.try_emplace(use.where, 1);
  std::map<std::string, std::int64_t> nodes;
  for (const Event& event : record.events) {
    if (event.kind == Event::Kind::breaker) ++breakers.try_emplace(event.where, 1).first->second;
    if (event.kind == Event::Kind::node && event.t >= record.time_zero) ++nodes[event.where];
  }
  const auto turns = [](std::int64_t count) { return count; };
  for (const std::string& where : largest(breakers, turns, most_rows))
    chart.rows.push_back(breaker_row(record, where));
  for (const std::string& node : largest(nodes, turns, most_rows))
    chart.rows.push_back(node_row(record, node));
  // Patterns of services that are not ours are not seen.
  const std::string_view none =
      report.scenario->target.kind == "shop" ? "none stands on any link" : "none was seen";
  if (chart.rows.empty()) return html_section("breakers", "Circuit breakers", none, "");
  chart.bands = fault_bands(*report.scenario, record);
  const std::string_view title = nodes.empty()      ? "Circuit breakers"
                                 : breakers.empty() ? "Nodes"
                                                    : "Circuit breakers and nodes";
  return html_section("breakers", title, "those that turned most first",
                      charts::figure(svg_of(chart)) +
                          left_out(breakers.size(), most_rows, "breakers") +
                          left_out(nodes.size(), most_rows, "nodes"));
}

std::string repeats_section(const RunReport& report) {
  const record::Record& record = *report.record;
  const TimeAxis axis = load_axis(record);
  const auto links = link_series(record, axis);
  const auto repeats = [](const LinkSeries& link) { return link.all_repeats; };
  const std::vector<std::string> shown = largest(links, repeats, most_lines);
  std::vector<std::vector<Cell>> rows;
  for (const auto& [name, link] : links) {
    const std::int64_t first = link.all_attempts - link.all_repeats;
    rows.push_back(
        {{name, "", ""},
         number_cell(link.all_attempts),
         number_cell(link.all_repeats),
         {first > 0 ? charts::label_of(Quantity::ratio, link.all_attempts * 1'000 / first) : "-",
          "n", ""}});
  }
  if (rows.empty()) return {};
  std::string markup;
  if (!shown.empty()) {
    charts::TimeChart counts, ratio;
    counts.label = "Repeated calls per second by link";
    counts.time = ratio.time = axis;
    counts.bands = ratio.bands = nameless(fault_bands(*report.scenario, record));
    ratio.label = "Attempts for each call by link";
    ratio.quantity = Quantity::ratio;
    counts.height = ratio.height = charts::px(110);
    for (const std::string& name : shown) {
      const LinkSeries& link = links.at(name);
      const int colour = static_cast<int>(counts.lines.size());
      Values amplification;
      for (std::size_t i = 0; i < link.attempts.size(); ++i) {
        const std::int64_t first = link.attempts[i] - link.repeats[i];
        amplification.push_back(first > 0 ? link.attempts[i] * 1'000 / first : no_value);
      }
      counts.lines.push_back({name, colour, false, per_second(link.repeats, axis)});
      ratio.lines.push_back({name, colour, false, std::move(amplification)});
    }
    markup = charts::legend_of(counts.lines) + "<h3>Repeated calls per second</h3>" +
             charts::figure(svg_of(counts)) + "<h3>Attempts for each call</h3>" +
             charts::figure(svg_of(ratio));
  }
  markup += html_table(
      {{"link", ""}, {"requests on the wire", "n"}, {"repeats", "n"}, {"attempts per call", "n"}},
      rows);
  return html_section("repeats", "Retries and amplification",
                      shown.empty() ? "no call was repeated" : "", markup);
}

std::string capacity_section(const RunReport& report) {
  const record::Record& record = *report.record;
  const TimeAxis axis = load_axis(record);
  const auto nodes = node_series(record, axis);
  if (nodes.empty() || axis.steps() == 0) return {};
  const std::vector<Band> bands = nameless(fault_bands(*report.scenario, record));
  const auto chart_of = [&](std::string_view title, auto size, auto values) -> std::string {
    charts::TimeChart chart;
    chart.label = title;
    chart.time = axis;
    chart.bands = bands;
    chart.height = charts::px(110);
    for (const std::string& name : largest(nodes, size, most_lines))
      chart.lines.push_back(
          {name, static_cast<int>(chart.lines.size()), false, values(nodes.at(name))});
    if (chart.lines.empty())
      return fmt::format("<h3>{} <small>none, at any time</small></h3>\n", title);
    return fmt::format("<h3>{}</h3>\n", title) + charts::legend_of(chart.lines) +
           charts::figure(svg_of(chart));
  };
  const std::string in_flight = chart_of(
      "Requests in flight", [](const NodeSeries& node) { return node.most_in_flight; },
      [](const NodeSeries& node) { return node.in_flight; });
  const std::string queued = chart_of(
      "Waiting for a worker", [](const NodeSeries& node) { return node.most_queued; },
      [](const NodeSeries& node) { return node.queued; });
  return html_section("capacity", "In flight and queued", "the most, " + each(axis),
                      in_flight + queued + left_out(nodes.size(), most_lines, "nodes"));
}

std::string percentile_section(const LoadFigures& figures,
                               const std::optional<charts::PercentileSeries>& baseline) {
  const stats::Histogram& all = figures.all;
  if (all.count() < 2) return {};
  charts::PercentileChart chart;
  chart.label = "Latency by percentile";
  if (baseline) chart.series.push_back(*baseline);
  charts::PercentileSeries& run = chart.series.emplace_back();
  run.name = "this run";
  run.colour = 2;
  for (const base::Share share : charts::percentile_shares(all.count()))
    run.points.push_back({share, all.value_at_quantile(share)});
  return html_section("percentiles", "Latency by percentile",
                      baseline ? "this run and its baseline" : "of all requests of the load phase",
                      charts::legend_of(chart.series) + charts::figure(svg_of(chart)));
}

}  // namespace seawall::reports
