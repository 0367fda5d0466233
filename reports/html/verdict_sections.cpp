// The verdict, and every check.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/charts/html.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/redaction.hpp"

namespace seawall::reports {
namespace {

using charts::html_text;
using record::Finding;
using Status = Finding::Status;

std::string_view cell_style_of(Status status) {
  switch (status) {
    case Status::broken:
      return "s bad";
    case Status::inconclusive:
      return "s warn";
    case Status::held:
      return "s good";
    default:
      return "s none";
  }
}

const std::vector<Column> check_columns = {{"result", ""},   {"check", ""},    {"kind", ""},
                                           {"expected", ""}, {"measured", ""}, {"", ""}};

std::vector<Cell> row_of(const Finding& finding) {
  std::string kind(model::name_of(finding.kind));
  if (!finding.phase.empty() && finding.phase != "all") kind += ", " + finding.phase;
  const bool is_explained = finding.status == Status::not_judged ||
                            finding.status == Status::not_exercised ||
                            finding.status == Status::not_applicable;
  std::string note = finding.orders.empty() ? "" : "orders " + orders_words(finding);
  if (note.empty() && (is_explained || finding.kind == Finding::Kind::slo)) note = finding.why;
  const bool is_repeated = note == finding.value;
  if (is_repeated) note.clear();
  return {{std::string(status_label(finding.status)), cell_style_of(finding.status), ""},
          {title_of(finding), "k", ""},
          {std::move(kind), "", ""},
          {finding.limit, "v", ""},
          {finding.value, "v", ""},
          {std::move(note), "o", ""}};
}

std::string load_words(const record::Record& record) {
  std::int64_t sent = 0;
  for (const record::LoadUse& use : record.loads) sent += use.sent;
  if (record.load_end <= record.time_zero) return "the load was never started";
  return fmt::format("{} requests in {}", base::grouped(sent),
                     charts::duration_label(record.load_end - record.time_zero));
}

}  // namespace

std::string headline_section(const RunReport& report) {
  const model::Scenario& scenario = *report.scenario;
  const record::Record& record = *report.record;
  const std::string_view word = verdict_word(report.verdict);
  const std::string_view style = word == "pass" ? "good" : word == "fail" ? "bad" : "warn";
  std::string out =
      fmt::format("<header><h1><span class=\"tag {}\">{}</span>{}{}</h1>\n", style,
                  verdict_label(report.verdict), html_text(scenario.meta.name),
                  scenario.variant.empty() ? "" : " [" + html_text(scenario.variant) + "]");
  const Redaction redaction(scenario.redact_headers);
  if (!scenario.meta.description.empty())
    out += html_paragraph(redaction.apply(scenario.meta.description));
  const auto variant =
      std::find_if(scenario.variants.begin(), scenario.variants.end(),
                   [&](const model::Variant& each) { return each.name == scenario.variant; });
  if (variant != scenario.variants.end() && !variant->why.empty())
    out += fmt::format("<p><b>Variant {}:</b> {}</p>\n", html_text(variant->name),
                       html_text(redaction.apply(variant->why)));
  out += fmt::format("<p class=\"facts\">{} · seed {} · {} · {} · exit {} · {}</p>\n",
                     html_text(counts_of(report.verdict)), scenario.run.seed,
                     model::name_of(scenario.target.mode), load_words(record), report.verdict.exit,
                     html_text(report.facts.started_utc));
  if (record.interrupted)
    out += html_paragraph("The run was interrupted: this is a part of it.", "badtext");
  if (!record.stopped_by.empty())
    out += html_paragraph("Stopped early, because this was met: " + record.stopped_by, "badtext");
  return out + "</header>\n";
}

std::string checks_section(const RunReport& report) {
  // What says nothing of this run comes last, folded: there is a lot of it.
  std::vector<std::vector<Cell>> urgent, passed, silent;
  for (const Finding* finding : by_urgency(report.verdict)) {
    const bool is_silent =
        finding->status == Status::not_exercised || finding->status == Status::not_applicable;
    auto& group = finding->status == Status::held ? passed : is_silent ? silent : urgent;
    group.push_back(row_of(*finding));
  }
  const auto folded = [](const std::vector<std::vector<Cell>>& rows, std::string_view what,
                         bool open) {
    if (rows.empty()) return std::string();
    return fmt::format("<details{}><summary>{} {}</summary>\n{}</details>\n", open ? " open" : "",
                       rows.size(), what, stacking_table(check_columns, rows));
  };
  std::string markup;
  if (!urgent.empty()) markup += stacking_table(check_columns, urgent);
  markup += folded(passed, "passed", urgent.empty());
  markup += folded(silent, "not exercised, or not applicable to this run", false);
  if (!report.verdict.findings.empty())
    markup += html_paragraph(
        "Invariants are judged over the whole run, the warm-up included; service levels, and the "
        "charts below, over the load phase alone.",
        "mute");
  return html_section("checks", "All checks", counts_of(report.verdict), markup);
}

}  // namespace seawall::reports
