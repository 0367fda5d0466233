#include "reports/summary.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/causes.hpp"
#include "reports/finding_text.hpp"
#include "reports/latency.hpp"
#include "reports/markdown.hpp"

namespace seawall::reports {
namespace {

using record::Finding;
using Status = Finding::Status;

std::string headline(const RunReport& report) {
  const model::Scenario& scenario = *report.scenario;
  std::string line =
      fmt::format("## {}: {}", verdict_label(report.verdict), escaped_markdown(scenario.meta.name));
  if (!scenario.variant.empty())
    line += fmt::format(" \\[{}\\]", escaped_markdown(scenario.variant));
  return line + fmt::format("\n\nSeed {}, {}, exit {}: {}.\n", scenario.run.seed,
                            model::name_of(scenario.target.mode), report.verdict.exit,
                            counts_of(report.verdict));
}

std::string milliseconds(base::Duration duration) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(duration).count());
}

std::string latency_table(const record::Record& record) {
  std::string out =
      "\n| request | sent | as expected | p50 | p99 | max |\n|---|--:|--:|--:|--:|--:|\n";
  for (const auto& [name, request] : latencies_of(record)) {
    const stats::Histogram latency = request.histogram();
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", escaped_markdown(name),
                       base::grouped(request.sent), base::grouped(request.expected),
                       milliseconds(latency.value_at_quantile(base::Share::percent(50))),
                       milliseconds(latency.value_at_quantile(base::Share::percent(99))),
                       milliseconds(latency.max()));
  }
  return out;
}

std::string fault_table(const RunReport& report) {
  const record::Record& record = *report.record;
  std::string out =
      "\n| fault | what | when | acted on | reached the link | refused by the caller meanwhile |\n"
      "|---|---|---|--:|--:|--:|\n";
  for (const record::FaultUse& use : record.faults)
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", escaped_markdown(use.name),
                       escaped_markdown(fault_words(*report.scenario, use.name)),
                       window_words(use, record), base::grouped(use.hit),
                       base::grouped(use.reached), base::grouped(use.shielded));
  return out;
}

}  // namespace

std::string summary_markdown(const RunReport& report) {
  std::string out = headline(report);
  if (report.record->interrupted) out += "\nThe run was interrupted: this is a part of it.\n";
  if (!report.record->stopped_by.empty())
    out += fmt::format("\nStopped early, because this was met: {}\n",
                       escaped_markdown(report.record->stopped_by));
  const std::vector<const Finding*> findings = by_urgency(report.verdict);
  std::string others;
  bool first = true;
  for (const Finding* finding : findings) {
    if (!needs_attention(*finding)) {
      others += fmt::format("- {} {}: {}\n", status_label(finding->status),
                            model::name_of(finding->kind), escaped_markdown(line_of(*finding)));
      continue;
    }
    if (first) out += "\n";
    first = false;
    out += fmt::format("- **{}** {}: {}", status_label(finding->status),
                       model::name_of(finding->kind), escaped_markdown(line_of(*finding)));
    if (!finding->why.empty()) out += "<br>" + escaped_markdown(finding->why);
    const std::string faults = suspects_text(report, *finding);
    if (finding->status == Status::broken && !faults.empty())
      out += "<br>Faults: " + escaped_markdown(faults);
    out += "\n";
  }
  if (!report.record->faults.empty()) out += fault_table(report);
  if (!report.record->history.empty()) out += latency_table(*report.record);
  if (!others.empty())
    out +=
        fmt::format("\n<details><summary>The other checks</summary>\n\n{}\n</details>\n", others);
  return out;
}

}  // namespace seawall::reports
