// The page of a run: what it shows, that it is complete, and that no text of others becomes markup.
#include <algorithm>

#include "example_run.hpp"
#include "reports/html/page.hpp"
#include "reports/html/series.hpp"
#include "reports/junit.hpp"
#include "reports/summary.hpp"
#include "support/catch.hpp"
#include "tests/support/has.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

record::Exchange call(base::Duration at, base::Duration took, std::uint32_t n = 1) {
  record::Exchange row;
  row.link = {"order", "payment"};
  row.index.subject = {base::Subject::Kind::order, 79};
  row.index.operation = "charge";
  row.index.n = n;
  row.method = model::Method::post;
  row.path = "/charge";
  row.sent = base::TimePoint(1'000s) + at;
  row.ended = row.sent + took;
  row.status = 200;
  return row;
}

TEST_CASE("the rule of an invariant stands before what proves it") {
  ExampleRun run;
  record::Finding& finding = run.verdict.findings[1];
  REQUIRE_FALSE(finding.id.empty());
  finding.why = "METASTABLE: it stays down; a -> b is busy. As many succeed as before";
  const std::string page = report_html(run.report());
  CHECK(page.find("<p class=\"mute\">As many succeed as before</p>\n"
                  "<p>METASTABLE: it stays down; a -&gt; b is busy</p>") != std::string::npos);
}

TEST_CASE("a page says first what failed, and why") {
  const std::string page = report_html(ExampleRun().report());
  const std::size_t why = page.find("Why it failed");
  REQUIRE(why != page.npos);
  CHECK(page.find("B1 every-saga-settled") < page.find("All checks"));
  CHECK(why < page.find("All checks"));
  CHECK(page.find("All checks") < page.find("Latency over time"));
  CHECK(has(page, "o-4711, o-4719, o-5230 and 2 more"));
  CHECK(has(page, "5 open"));
  CHECK(has(page, "class=\"band\"") == false);  // no fault of the example was armed
}

TEST_CASE("checks that the same orders broke share a card") {
  ExampleRun run;
  record::Finding other = run.verdict.findings[1];
  other.id = "C1";
  other.name = "converges";
  run.verdict.findings.push_back(other);
  const std::string page = report_html(run.report());
  const std::size_t card = page.find("B1 every-saga-settled <small>FAIL");
  const std::size_t end = page.find("</div>", card);
  REQUIRE(end != page.npos);
  const std::string markup = page.substr(card, end - card);
  CHECK(has(markup, "C1 converges <small>FAIL"));
  CHECK(has(markup, "<dt>orders</dt><dd>the same</dd>"));
  CHECK(has(markup, "none acted on these orders themselves; in this run"));
}

TEST_CASE("a run that was found says whether all of its faults are needed") {
  const ExampleRun example;
  RunReport report = example.report();
  report.found = FoundFacts{{"order 1: a->b.c #1: drop_reply"}, true, "", "", "", ""};
  CHECK(has(report_html(report), "none of them can be left out:"));
  CHECK_FALSE(has(report_html(report), "What prevents it"));
  report.found->is_minimal = false;
  const std::string hasty = report_html(report);
  CHECK(has(hasty, "the time was over before it was known which of them can be left out:"));
  CHECK_FALSE(has(hasty, "none of them can be left out"));
}

TEST_CASE("what was injected stands before why it failed") {
  const std::string page = report_html(ExampleRun().report());
  const std::size_t injected = page.find("What was injected");
  REQUIRE(injected != page.npos);
  CHECK(injected < page.find("Why it failed"));
  CHECK(has(page, "latency +400 ms on order -&gt; payment"));
}

TEST_CASE("an environment that failed says why on the page, and as an error of a test case") {
  ExampleRun run;
  record::Finding failed;
  failed.kind = record::Finding::Kind::environment;
  failed.status = record::Finding::Status::broken;
  failed.name = "target and environment";
  failed.why = "payment did not start: port 8080 is in use";
  run.verdict.findings = {failed};
  run.verdict.exit = 6;
  CHECK(has(report_html(run.report()), "port 8080 is in use"));
  CHECK(has(summary_markdown(run.report()), "port 8080 is in use"));
  const std::string cases = junit_xml(run.report());
  CHECK(has(cases, "tests=\"1\" failures=\"0\" errors=\"1\""));
  CHECK(has(cases, "type=\"environment\">payment did not start"));
}

TEST_CASE("a page holds the same bytes for the same run") {
  CHECK(report_html(ExampleRun().report()) == report_html(ExampleRun().report()));
}

TEST_CASE("no text of others becomes markup") {
  const std::string evil = "<script>alert(1)</script><img src=x onerror=y>\"]]>'&\x01\x1b[31m\xff" +
                           std::string(10'000, 'A') + "</title></style></svg>";
  ExampleRun run;
  run.scenario.meta.name = run.scenario.meta.description = run.scenario.variant = evil;
  model::Variant variant;
  variant.name = variant.why = evil;
  run.scenario.variants = {variant};
  run.scenario.faults[0].name = run.scenario.faults[0].type = evil;
  run.scenario.faults[0].link = base::Link{evil, evil};
  for (record::Finding& finding : run.verdict.findings)
    finding.name = finding.value = finding.limit = finding.why = finding.phase = finding.id = evil;
  run.verdict.findings[1].orders = {evil, "79"};
  run.facts.machine = run.facts.versions["seawall"] = run.facts.started_utc = evil;
  record::FaultUse& use = run.record.faults[0];
  use.name = use.trouble = evil;
  use.was_armed = true;
  use.armed = run.record.time_zero + 1s;
  run.record.patterns = {{evil, evil, 3, 4, 3, 1}};
  run.record.loads[0].name = run.record.loads[0].lack = evil;
  run.record.stopped_by = run.record.slowest_disk = evil;
  run.record.slowest_commit = 1ms;
  record::Exchange row = call(1s, 100ms);
  row.link = {evil, evil + "2"};
  row.path = evil;
  row.told.state = row.told.reason = evil;
  row.faults = {0};
  run.record.exchanges = {row, call(2s, 10ms, 2)};
  record::LedgerRow write;
  write.node = write.order = write.to = write.cause = write.sku = evil;
  write.subject = row.index.subject;
  write.t = row.sent;
  write.quantity = 1;
  run.record.ledger = {write};
  record::Sample sample;
  sample.t = run.record.time_zero + 1s;
  sample.node = evil;
  sample.queued = sample.in_flight = 7;
  run.record.samples = {sample};
  record::Event event;
  event.t = run.record.time_zero + 1s;
  event.kind = record::Event::Kind::breaker;
  event.where = event.name = evil;
  event.what = "closed " + evil;
  run.record.events.push_back(event);
  for (record::Exchange& each : run.record.history) each.request_name = evil;
  run.record.sort();

  const std::string page = report_html(run.report());
  CHECK(has(page, "&lt;script&gt;alert(1)"));
  CHECK_FALSE(has(page, "<script>alert"));
  CHECK_FALSE(has(page, "<img"));
  CHECK_FALSE(has(page, "\"]]>"));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  CHECK(std::none_of(page.begin(), page.end(), is_control));
  CHECK_FALSE(has(page, "\xff"));
}

TEST_CASE("a run that never came to its load has a page all the same") {
  ExampleRun run;
  run.record = {};
  run.verdict.exit = 6;
  run.verdict.findings.clear();
  const std::string page = report_html(run.report());
  CHECK(has(page, "The run has no verdict (exit 6)"));
  CHECK(has(page, "the load was never started"));
  CHECK(has(page, "</html>"));
}

TEST_CASE("the percentiles of a baseline stand beside those of the run") {
  charts::PercentileSeries baseline{"before", 3, true, {{{0}, 1ms}, {{900'000}, 50ms}}};
  const std::string page = report_html(ExampleRun().report(), baseline);
  CHECK(has(page, "this run and its baseline"));
  CHECK(has(page, "before: p90 50 ms"));
}

TEST_CASE("a second of a series holds what was intended in it") {
  ExampleRun run;  // a hundred orders from 0 to 2 s, 20 ms apart, of 1 to 100 ms
  const LoadFigures figures = load_figures(run.record);
  REQUIRE(figures.axis.steps() == 30);
  const LatencySeries& series = figures.series;
  CHECK(series.p50[0] == 25'000'000);
  CHECK(series.p99[0] == 50'000'000);
  CHECK(series.max[1] == 100'000'000);
  CHECK(series.p50[2] == charts::no_value);
  CHECK(series.expected[0] == 49);
  CHECK(series.failed[0] == 1);
  CHECK(series.failed[29] == 1);  // the one that was open at the end
}

TEST_CASE("the bound of a phase is drawn over its window, and one of a request is named") {
  ExampleRun run;
  const auto level = [](std::vector<model::Expression> arguments, std::string text) {
    model::Expression measure;
    measure.kind = model::Expression::Kind::measure;
    measure.name = "latency";
    measure.children = std::move(arguments);
    model::Expression bound;
    bound.kind = model::Expression::Kind::number;
    bound.unit = model::Unit::time;
    bound.number = 0.05;
    model::ServiceLevel made;
    made.that.kind = model::Expression::Kind::less_equal;
    made.that.text = std::move(text);
    made.that.children = {measure, bound};
    return made;
  };
  model::ServiceLevel early = level({}, "latency.p99 <= 50ms");
  early.phase.kind = model::Phase::Kind::from_to;
  early.phase.from = 0s;
  early.phase.to = 15s;
  early.phase.text = "from 0s to 15s";
  model::Expression request;
  request.name = "read-order";
  run.scenario.levels = {early, level({request}, "latency.p90(\"read-order\") <= 50ms")};
  run.record.history.back().request_name = "read-order";  // a second one
  const std::string page = report_html(run.report());
  // From the left edge of the plot to its middle: 15 s of 30 s.
  CHECK(has(page, "<line class=\"lv\" x1=\"150\""));
  CHECK(has(page, "x2=\"545\""));
  CHECK(has(page, "latency.p99 &lt;= 50ms, from 0s to 15s"));
  CHECK(has(page, "Not drawn, as they are for one request: latency.p90("));
}

TEST_CASE("stretches in which nothing was sent are no zero") {
  const std::string page = report_html(ExampleRun().report());  // nothing from 2 s to 29 s
  CHECK(has(page, "class=\"nodata\""));
  CHECK(has(page, "nothing was sent"));
}

TEST_CASE("a long run has at most 600 steps of whole seconds") {
  record::Record record;
  record.load_end = record.time_zero + 3'601s;
  const charts::TimeAxis axis = load_axis(record);
  CHECK(axis.step == 7s);
  CHECK(axis.steps() == 515);
  CHECK(per_second({charts::no_value, 70, 4}, axis) == Values{charts::no_value, 10, 1});
}

TEST_CASE("a repeat is a later request of the same call") {
  ExampleRun run;
  run.record.exchanges = {call(1s, 1ms), call(1'500ms, 1ms, 2), call(2s, 1ms, 3)};
  record::Exchange instance = call(2s, 1ms, 2);
  instance.link.to = "payment/2";
  run.record.exchanges.push_back(instance);
  const auto links = link_series(run.record, load_axis(run.record));
  REQUIRE(links.size() == 1);  // ways to instances count as one
  const LinkSeries& link = links.at("order -> payment");
  CHECK(link.all_attempts == 4);
  CHECK(link.all_repeats == 3);
  CHECK(link.repeats[1] == 1);
  CHECK(link.repeats[2] == 2);
}

}  // namespace
}  // namespace seawall::reports
