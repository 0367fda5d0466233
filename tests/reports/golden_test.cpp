// The reports as a reader sees them, against files in golden/.
#include "golden.hpp"

#include "example_run.hpp"
#include "reports/html/page.hpp"
#include "reports/journal.hpp"
#include "reports/junit.hpp"
#include "reports/run_json.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"
#include "support/catch.hpp"

namespace seawall::reports {
namespace {

TEST_CASE("run.json looks as it did") { check_golden("run.json", run_json(example().report())); }

TEST_CASE("junit.xml looks as it did") { check_golden("junit.xml", junit_xml(example().report())); }

TEST_CASE("summary.md looks as it did") {
  check_golden("summary.md", summary_markdown(example().report()));
}

TEST_CASE("events.jsonl looks as it did") {
  check_golden("events.jsonl", example().report().trace.lines);
}

TEST_CASE("journal.jsonl looks as it did") {
  using namespace std::chrono_literals;
  ExampleRun run;
  record::Exchange row;
  row.link = {"order", "payment"};
  row.index.subject = {base::Subject::Kind::order, 79};
  row.index.operation = "charge";
  row.index.n = 1;
  row.method = model::Method::post;
  row.path = "/charge";
  row.key = "key-79";
  row.sent = run.record.time_zero + 2s;
  row.ended = row.sent + 300ms;
  row.failure = model::Failure::timed_out;
  row.faults = {0};
  run.record.exchanges = {row};
  row.sent -= 1s;  // and it is written by time
  row.ended = row.sent + 12ms;
  row.failure.reset();
  row.status = 201;
  row.faults.clear();
  run.record.exchanges.push_back(row);
  row.ended = {};
  row.status = 0;
  run.record.exchanges.push_back(row);  // still open
  check_golden("journal.jsonl", journal_jsonl(run.report()));
}

TEST_CASE("report.html looks as it did") {
  check_golden("report.html", report_html(example().report()));
}

TEST_CASE("the terminal's text looks as it did") {
  check_golden("terminal.txt", terminal_text(example().report(), "out/latest", false));
}

}  // namespace
}  // namespace seawall::reports
