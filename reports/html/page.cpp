#include "reports/html/page.hpp"

#include <fmt/format.h>

#include "reports/charts/style.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/sections.hpp"

namespace seawall::reports {

std::string report_html(const RunReport& report) { return report_html(report, std::nullopt); }

std::string report_html(const RunReport& report,
                        const std::optional<charts::PercentileSeries>& baseline) {
  std::optional<Story> story;
  if (const auto subject = story_subject(report)) story = story_of(report, *subject);
  const LoadFigures figures = load_figures(*report.record);
  const bool is_broken = story && story->subject.broken != nullptr;

  std::string body = headline_section(report);
  body += injected_section(report);
  body += reasons_section(report, story);
  body += found_section(report);
  // What broke is told at once; a slow order is for who reads on.
  if (is_broken) body += story_section(story);
  body += checks_section(report);
  body += latency_section(report, figures);
  body += outcome_section(report, figures);
  body += breaker_section(report);
  body += repeats_section(report);
  body += capacity_section(report);
  body += percentile_section(figures, baseline);
  body += faults_section(report);
  body += patterns_section(report);
  if (!is_broken) body += story_section(story);
  body += validity_section(report, figures);
  body += files_section(report);

  const model::Scenario& scenario = *report.scenario;
  return charts::html_page(
      fmt::format("{} {}{}", verdict_label(report.verdict), scenario.meta.name,
                  scenario.variant.empty() ? "" : " [" + scenario.variant + "]"),
      body);
}

}  // namespace seawall::reports
