#include "reports/report_table.hpp"

#include <array>

#include "reports/journal.hpp"
#include "reports/junit.hpp"
#include "reports/latency.hpp"
#include "reports/redaction.hpp"
#include "reports/run_json.hpp"
#include "reports/summary.hpp"

namespace seawall::reports {
namespace {

std::string scenario_toml(const RunReport& report) {
  return Redaction(report.scenario->redact_headers).apply(report.scenario->resolved);
}
std::string events_jsonl(const RunReport& report) { return report.trace.lines; }
std::string latency_hlog(const RunReport& report) { return latency_log(*report.record); }

constexpr auto table = std::to_array<Report>({
    {"", "run.json", run_json},
    {"", "scenario.toml", scenario_toml},
    {"", "events.jsonl", events_jsonl},
    {"journal", "journal.jsonl", journal_jsonl},
    {"hdr", "latency.hlog", latency_hlog},
    {"markdown", "summary.md", summary_markdown},
    {"junit", "junit.xml", junit_xml},
});

}  // namespace

std::span<const Report> all_reports() { return table; }

}  // namespace seawall::reports
