// How a run that was found by exploring came about.
#include <fmt/format.h>

#include "reports/charts/html.hpp"
#include "reports/html/markup.hpp"
#include "reports/html/sections.hpp"

namespace seawall::reports {
namespace {

std::string needed(const std::vector<std::string>& faults, bool is_minimal) {
  if (faults.empty()) return html_paragraph("No fault is needed.");
  std::string list = "<ul>\n";
  for (const std::string& fault : faults)
    list += "<li><code>" + charts::html_text(fault) + "</code></li>\n";
  const std::string_view what =
      is_minimal ? "It takes these faults, and none of them can be left out:"
                 : "It comes with these faults; the time was over before it was known which of "
                   "them can be left out:";
  return html_paragraph(what) + list + "</ul>\n";
}

}  // namespace

std::string found_section(const RunReport& report) {
  if (!report.found) return {};
  const FoundFacts& found = *report.found;
  std::string body = needed(found.faults, found.is_minimal);
  if (!found.broken_by.empty()) body += html_paragraph("Broken by: " + found.broken_by + ".");
  if (!found.hint.empty()) body += html_paragraph("What prevents it: " + found.hint + ".");
  body += html_paragraph("How much of it is chance: " + found.robustness + ".");
  body += html_paragraph("Times count from the start of the load, in milliseconds.", "mute");
  body += "<pre style=\"white-space:pre\">" + charts::html_text(found.diagram) + "</pre>\n";
  return html_section("found", "How it came about", "found by seawall explore", body);
}

}  // namespace seawall::reports
