// Faults, patterns, the story of one order, and how far the run can be trusted.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/causes.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/style.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"
#include "reports/redaction.hpp"
#include "reports/report_table.hpp"

namespace seawall::reports {
namespace {

using charts::duration_label;
using charts::html_text;

std::string must_hit_of(const model::Fault* fault) {
  if (fault == nullptr) return "-";
  if (fault->must_hit.share) return base::to_text(*fault->must_hit.share);
  return base::grouped(fault->must_hit.count);
}

// Grouped so that the pattern which did most on a link stands first.
std::vector<record::PatternUse> by_deeds(std::vector<record::PatternUse> uses) {
  std::stable_sort(
      uses.begin(), uses.end(),
      [](const record::PatternUse& a, const record::PatternUse& b) { return a.acted > b.acted; });
  return uses;
}

std::string fact(std::string_view name, std::string_view text) {
  return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", html_text(name), html_text(text));
}

std::string load_facts(const record::LoadUse& use) {
  std::string text =
      fmt::format("{} of {} sent, p99 {} late (at most {}; limit {}), at most {} in flight",
                  base::grouped(use.sent), base::grouped(use.planned),
                  duration_label(use.lateness_p99), duration_label(use.lateness_max),
                  duration_label(use.lateness_limit), base::grouped(use.peak_in_flight));
  if (use.overflowed) text += "; max_in_flight was passed: requests were left out";
  if (!use.lack.empty()) text += "; " + use.lack;
  return text;
}

}  // namespace

std::string faults_section(const RunReport& report) {
  const record::Record& record = *report.record;
  if (record.faults.empty()) return html_section("faults", "Faults", "this run has none", "");
  std::vector<std::vector<Cell>> rows;
  for (const record::FaultUse& use : record.faults) {
    const model::Fault* fault = fault_named(*report.scenario, use.name);
    rows.push_back({{use.name, "", ""},
                    {fault_words(*report.scenario, use.name), "", ""},
                    {window_words(use, record), "", ""},
                    number_cell(use.hit),
                    {must_hit_of(fault), "n", ""},
                    number_cell(use.reached),
                    number_cell(use.shielded)});
    if (!use.trouble.empty())
      rows.push_back({{"", "", ""},
                      {Redaction(report.scenario->redact_headers).apply(use.trouble), "bad", ""},
                      {},
                      {},
                      {},
                      {},
                      {}});
  }
  return html_section("faults", "Faults", "how often they really acted",
                      html_table({{"fault", ""},
                                  {"what", ""},
                                  {"when", ""},
                                  {"acted", "n"},
                                  {"has to", "n"},
                                  {"could have", "n"},
                                  {"refused by callers", "n"}},
                                 rows));
}

std::string patterns_section(const RunReport& report) {
  std::vector<std::vector<Cell>> rows;
  std::size_t idle = 0;
  for (const record::PatternUse& use : by_deeds(report.record->patterns)) {
    const bool is_leaking = use.permits_taken != use.permits_returned;
    if (use.acted == 0 && !is_leaking) {
      ++idle;
      continue;
    }
    std::string permits;
    if (use.permits_taken > 0)
      permits = fmt::format("{} taken, {} returned", base::grouped(use.permits_taken),
                            base::grouped(use.permits_returned));
    rows.push_back({{use.pattern, "", ""},
                    {use.where, "", ""},
                    number_cell(use.acted),
                    {permits, is_leaking ? "bad" : "", ""},
                    {use.peak_in_flight > 0 ? base::grouped(use.peak_in_flight) : "", "n", ""}});
  }
  if (report.record->patterns.empty()) return {};
  std::string markup;
  if (!rows.empty())
    markup = html_table(
        {{"pattern", ""}, {"where", ""}, {"acted", "n"}, {"permits", ""}, {"most at once", "n"}},
        rows);
  if (idle > 0) markup += html_paragraph(fmt::format("{} more never had to act.", idle), "mute");
  return html_section(
      "patterns", "Patterns",
      "how often each changed what happened: of a breaker, the calls that it refused", markup);
}

std::string story_section(const std::optional<Story>& story) {
  if (!story) return {};
  const StorySubject& subject = story->subject;
  std::string markup;
  markup +=
      "<ul class=\"legend\"><li><b class=\"wr\"></b>durable write</li>"
      "<li><b class=\"bad\"></b>a fault acted, or what proves the verdict</li>"
      "<li><i class=\"c3\"></i>call</li><li><i class=\"c3 d\"></i>answer</li></ul>\n";
  const bool is_before = story->begins < base::Duration::zero();
  markup +=
      html_paragraph(fmt::format("Times count from its first step, {} {} the load began.",
                                 charts::duration_label(is_before ? -story->begins : story->begins),
                                 is_before ? "before" : "after"),
                     "mute");
  markup += charts::wide_figure(svg_of(story->messages)) + list_of(story->messages);
  if (story->untold_calls > 0)
    markup += html_paragraph(
        fmt::format("{} calls within its time carry no trace: they may be its own, or those of "
                    "other requests. A dozen at most are drawn.",
                    story->untold_calls),
        "mute");
  if (story->steps_omitted > 0)
    markup += html_paragraph(fmt::format("{} uneventful steps are left out.", story->steps_omitted),
                             "mute");
  markup +=
      "<h3>Where its time went</h3>\n"
      "<p class=\"mute narrow\">Move it sideways to see all of the time.</p>\n";
  markup += charts::figure(svg_of(story->time));
  if (story->rows_omitted > 0)
    markup +=
        html_paragraph(fmt::format("{} more rows are left out.", story->rows_omitted), "mute");
  const std::string title =
      subject.order.empty() ? base::to_text(subject.subject) : "order " + subject.order;
  return html_section("story", "The story of " + title, subject.reason, markup);
}

std::string validity_section(const RunReport& report, const LoadFigures& figures) {
  const record::Record& record = *report.record;
  const bool is_virtual = report.scenario->target.mode == model::Mode::sim;
  std::string rows;
  for (const record::LoadUse& use : record.loads)
    rows += fact(use.name.empty() ? "load" : "load " + use.name, load_facts(use));
  const Redaction redaction(report.scenario->redact_headers);
  for (const record::ToolUse& tool : record.tools)
    rows += fact("load " + tool.name, fmt::format("{}: {} after {}", redaction.apply(tool.command),
                                                  tool.end, duration_label(tool.lasted)));
  const auto count = [](const auto& all) {
    return base::grouped(static_cast<std::int64_t>(all.size()));
  };
  rows += fact("samples",
               fmt::format("{} latencies of the load phase, {} requests on links, {} durable rows",
                           base::grouped(figures.all.count()), count(record.exchanges),
                           count(record.ledger)));
  if (report.trace.omitted > 0)
    rows += fact("events left out", base::grouped(report.trace.omitted));
  if (record.slowest_commit.count() > 0)
    rows +=
        fact("slowest commit", duration_label(record.slowest_commit) + ", " + record.slowest_disk);
  if (record.settled != base::TimePoint{} && record.settled >= record.load_end)
    rows += fact("came to rest",
                 duration_label(record.settled - record.load_end) + " after the end of the load");
  rows += fact("clock",
               is_virtual ? "virtual: the same bytes from the same seed on every machine" : "real");
  rows += fact("machine", report.facts.machine);
  for (const auto& [name, version] : report.facts.versions) rows += fact(name, version);
  rows += fact("trace", report.trace.hash);
  rows += fact("comparison hash", base::hex(report.scenario->comparison_hash));
  return html_section("validity", "Can it be trusted?", "the load, the samples, the machine",
                      "<div class=\"tbl\"><table><tbody>" + rows + "</tbody></table></div>\n");
}

std::string files_section(const RunReport& report) {
  const std::vector<std::string>& formats = report.scenario->report.formats;
  std::vector<std::vector<Cell>> rows;
  for (const Report& file : all_reports()) {
    if (!is_wanted(file, formats)) continue;
    rows.push_back({{"", "", fmt::format("<a href=\"{0}\">{0}</a>", html_text(file.file))},
                    {std::string(file.what), "", ""}});
  }
  std::string markup = html_table({{"beside this page", ""}, {"", ""}}, rows);
  markup += "<h3>Run it again</h3>\n<pre>seawall replay FOLDER</pre>\n";
  markup += html_paragraph(
      report.scenario->target.mode == model::Mode::sim
          ? "FOLDER is the one that this page is in. In virtual time every byte is the same."
          : "FOLDER is the one that this page is in. Over sockets the timing differs from run to "
            "run.",
      "mute");
  return html_section("files", "Files and replay", "", markup);
}

}  // namespace seawall::reports
