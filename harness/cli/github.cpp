#include "harness/cli/github.hpp"

#include <cstdlib>
#include <fstream>
#include <string_view>

#include "reports/finding_text.hpp"
#include "reports/summary.hpp"

namespace seawall::cli {
namespace {

// The escapes of workflow commands; a property also ends at a colon or a comma.
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    if (c == '%') {
      result += "%25";
    } else if (c == '\r') {
      result += "%0D";
    } else if (c == '\n') {
      result += "%0A";
    } else if (property && c == ':') {
      result += "%3A";
    } else if (property && c == ',') {
      result += "%2C";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string github_annotations(const reports::RunReport& report) {
  using Status = record::Finding::Status;
  std::string text;
  for (const record::Finding* finding : reports::by_urgency(report.verdict)) {
    if (finding->status != Status::broken && finding->status != Status::inconclusive) continue;
    const bool broken = finding->status == Status::broken;
    text += broken ? "::error title=" : "::warning title=";
    text += escaped(report.scenario->meta.name + " " + reports::title_of(*finding), true);
    text += "::" + escaped(reports::line_of(*finding) + ". " + finding->why, false) + '\n';
  }
  return text;
}

bool is_on_github(const std::string& ci) {
  return ci == "github" || (ci == "auto" && std::getenv("GITHUB_ACTIONS"));
}

void append_to_step_summary(const std::string& markdown) {
  const char* file = std::getenv("GITHUB_STEP_SUMMARY");
  if (file && *file) std::ofstream(file, std::ios::app) << markdown;
}

void append_step_summary(const reports::RunReport& report) {
  append_to_step_summary(reports::summary_markdown(report));
}

}  // namespace seawall::cli
