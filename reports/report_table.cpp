#include "reports/report_table.hpp"

#include <algorithm>
#include <array>

#include "reports/html/page.hpp"
#include "reports/journal.hpp"
#include "reports/junit.hpp"
#include "reports/latency.hpp"
#include "reports/ledger.hpp"
#include "reports/redaction.hpp"
#include "reports/run_json.hpp"
#include "reports/summary.hpp"

namespace seawall::reports {
namespace {

std::string scenario_toml(const RunReport& report) {
  return Redaction(report.scenario->redact_headers).apply(report.scenario->resolved);
}
std::string events_jsonl(const RunReport& report) { return report.trace.lines; }
std::string report_page(const RunReport& report) { return report_html(report); }
std::string latency_hlog(const RunReport& report) { return latency_log(*report.record); }

constexpr auto table = std::to_array<Report>({
    {"", "run.json", run_json, "the verdict and its reasons, for programs"},
    {"", "scenario.toml", scenario_toml, "what was run, resolved; run and replay take it"},
    {"", "events.jsonl", events_jsonl, "faults, hits, breakers, retries, refusals, one a line"},
    {"html", "report.html", report_page, "this page"},
    {"journal", "journal.jsonl", journal_jsonl, "the requests on every link, one a line"},
    {"ledger", "ledger.jsonl", ledger_jsonl, "the durable writes of the shop, one a line"},
    {"hdr", "latency.hlog", latency_hlog, "latencies by second and request, for HdrHistogram"},
    {"markdown", "summary.md", summary_markdown, "the verdict for a pull request"},
    {"junit", "junit.xml", junit_xml, "the checks as test cases"},
});

}  // namespace

std::span<const Report> all_reports() { return table; }

bool is_wanted(const Report& report, const std::vector<std::string>& formats) {
  return report.format.empty() || formats.empty() ||
         std::find(formats.begin(), formats.end(), report.format) != formats.end();
}

}  // namespace seawall::reports
