// Each kind of chart: the same drawing from the same data, with all that it was given in it.
#include <algorithm>
#include <initializer_list>

#include "reports/charts/bar_chart.hpp"
#include "reports/charts/interval_chart.hpp"
#include "reports/charts/percentile_chart.hpp"
#include "reports/charts/space_time.hpp"
#include "reports/charts/state_chart.hpp"
#include "reports/charts/time_chart.hpp"
#include "reports/charts/waterfall.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::charts {
namespace {

std::size_t count(const std::string& text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++found;
  return found;
}
bool has(const std::string& text, std::string_view word) { return count(text, word) > 0; }

const TimeAxis ten_seconds{0s, 10s, 1s};

TEST_CASE("a line ends where it has no value, and a value alone is a dot") {
  TimeChart chart;
  chart.time = ten_seconds;
  chart.quantity = Quantity::duration;
  chart.logarithmic = true;
  const auto ms = [](std::int64_t n) { return n * 1'000'000; };
  chart.lines = {{"p99",
                  2,
                  false,
                  {ms(9), ms(10), no_value, ms(400), no_value, ms(9), ms(9), ms(9), ms(9), ms(9)}}};
  chart.levels = {{ms(250), "p99 <= 250 ms"}};
  const std::string svg = svg_of(chart);
  CHECK(count(svg, "<polyline") == 2);
  CHECK(count(svg, "<circle") == 1);
  CHECK(has(svg, "p99 &lt;= 250 ms</text>"));
  CHECK(has(svg, "data-v=\"9000,10000,,400000,,9000,9000,9000,9000,9000\""));
  CHECK(svg == svg_of(chart));
}

TEST_CASE("bands carry their names, each in a place of its own") {
  TimeChart chart;
  chart.time = ten_seconds;
  chart.bands = {{2s, 4s, "payment-slow"},
                 {2'500ms, 3s, "<b>inventory-cut</b>"},
                 {9'900ms, 20s, "a-late-one-with-a-long-name"},
                 {20s, 30s, "after the axis"}};
  const std::string svg = svg_of(chart);
  CHECK(count(svg, "class=\"band\"") == 3);
  CHECK(has(svg, ">payment-slow</text>"));
  CHECK(has(svg, ">&lt;b&gt;inventory-cut&lt;/b&gt;</text>"));
  CHECK(has(svg, ">a-late-one-with-a-long-name</text>"));
  CHECK_FALSE(has(svg, "after the axis"));
}

TEST_CASE("a chart of nothing is an empty one") {
  CHECK(has(svg_of(TimeChart{}), "</svg>"));
  CHECK(has(svg_of(BarChart{}), "</svg>"));
  CHECK(has(svg_of(StateChart{}), "</svg>"));
  CHECK(has(svg_of(PercentileChart{}), "</svg>"));
  CHECK(has(svg_of(IntervalChart{}), "</svg>"));
  CHECK(has(svg_of(SpaceTime{}), "</svg>"));
  CHECK(has(svg_of(Waterfall{}), "</svg>"));
}

TEST_CASE("bars stand on each other") {
  BarChart chart;
  chart.time = {0s, 2s, 1s};
  chart.stacks = {{"as expected", "good", {90, 100}}, {"failed", "bad", {10, 0}}};
  const std::string svg = svg_of(chart);
  CHECK(count(svg, "<path") == 2);
  CHECK(has(svg, "data-v=\"90,100\""));
  CHECK(has(legend_of(chart.stacks), "<li><b class=\"bad\"></b>failed</li>"));
}

TEST_CASE("a state is named in its row where there is room") {
  StateChart chart;
  chart.time = ten_seconds;
  chart.rows = {
      {"order -> payment",
       {{0s, 4s, "closed", "good"}, {4s, 9s, "open", "bad"}, {9s, 9'100ms, "half open", "warn"}}}};
  const std::string svg = svg_of(chart);
  CHECK(has(svg, ">open</text>"));
  CHECK_FALSE(has(svg, ">half open</text>"));
  CHECK(has(svg, "order -&gt; payment: half open from 9 s to 9.1 s</title>"));
}

TEST_CASE("percentiles go as far as so many requests can tell") {
  CHECK(percentile_shares(1'000).back().ppm == 999'000);
  CHECK(percentile_shares(2).back().ppm == 500'000);
  CHECK(percentile_shares(0).back().ppm == 500'000);
  CHECK(percentile_shares(1'000'000'000).back().ppm == 999'999);
  const auto shares = percentile_shares(100'000);
  CHECK(std::is_sorted(shares.begin(), shares.end()));
  for (const std::int64_t named : {0, 500'000, 900'000, 990'000, 999'000, 999'900})
    CHECK(std::find(shares.begin(), shares.end(), base::Share{named}) != shares.end());

  PercentileChart chart;
  chart.series = {{"this run", 2, false, {{{0}, 1ms}, {{900'000}, 10ms}, {{990'000}, 400ms}}}};
  CHECK(has(svg_of(chart), "this run: p99 400 ms</title>"));
}

TEST_CASE("an interval says its estimate, its ends and its tolerance") {
  IntervalChart chart;
  chart.rows = {{"p50", 1'080, 1'210, 1'340, 500, "bad"}, {"p99", -600, 360, 1'300, 1'000, "good"}};
  const std::string svg = svg_of(chart);
  CHECK(has(svg, ">+12.1 % [+10.8 %, +13.4 %]</text>"));
  CHECK(has(svg, "tolerance +5 %</title>"));
}

TEST_CASE("a message that a fault took ends in a cross") {
  using Kind = SpaceTimeStep::Kind;
  SpaceTime diagram;
  diagram.lanes = {"order", "payment"};
  diagram.steps = {{Kind::call, 0ms, 0, 1, "POST /charge", "", false, false},
                   {Kind::write, 2ms, 1, 0, "charge: captured 19.99", "", false, true},
                   {Kind::reply, 9ms, 1, 0, "200", "charge-reply-lost", true, false},
                   {Kind::call, 509ms, 0, 1, "POST /charge", "", false, false},
                   {Kind::broken, 512ms, 0, 0, "A1 no-double-charge is broken", "", false, true}};
  const std::string svg = svg_of(diagram);
  CHECK(count(svg, "class=\"x\"") == 2);  // both arms of one cross
  CHECK(has(svg, "✕ charge-reply-lost</text>"));
  CHECK(has(svg, ">+500 ms</text>"));
  CHECK(has(svg, ">A1 no-double-charge is broken</text>"));
}

TEST_CASE("steps that are late are told apart by the millisecond") {
  SpaceTime diagram;
  diagram.lanes = {"order"};
  for (const base::Duration at : std::initializer_list<base::Duration>{9100us, 1842ms, 1843ms})
    diagram.steps.push_back({SpaceTimeStep::Kind::note, at, 0, 0, "x", "", false, false});
  const std::string svg = svg_of(diagram);
  CHECK(has(svg, ">9.1 ms</text>"));
  CHECK(has(svg, ">1.842 s</text>"));
  CHECK(has(svg, ">1.843 s</text>"));
}

TEST_CASE("a waterfall has a bar for each call and a mark for each moment") {
  Waterfall chart;
  chart.rows = {{"POST /orders", 0ms, 605ms, "plain", ""},
                {"POST /charge #1", 8ms, 508ms, "bad", "timed out"},
                {"payment: captured", 10ms, 10ms, "wr", ""}};
  const std::string svg = svg_of(chart);
  CHECK(count(svg, "<rect") == 3);
  CHECK(has(svg, ">POST /charge #1  (timed out)</text>"));
}

}  // namespace
}  // namespace seawall::charts
