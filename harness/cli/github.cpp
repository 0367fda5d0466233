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

template <class List, class IsIt>
model::Source source_in(const List& list, IsIt is_it) {
  for (const auto& entry : list)
    if (is_it(entry)) return entry.source;
  return {};
}

// Where the check stands in the scenario; without a line where it is the target's own.
model::Source source_of(const record::Finding& finding, const model::Scenario& scenario) {
  using Kind = record::Finding::Kind;
  const auto is_named = [&](const auto& entry) { return entry.name == finding.name; };
  const auto is_level = [&](const model::ServiceLevel& level) {
    const std::string& name = level.name.empty() ? level.that.text : level.name;
    return name == finding.name && level.phase.text == finding.phase;
  };
  model::Source source;
  if (finding.kind == Kind::slo) source = source_in(scenario.levels, is_level);
  if (finding.kind == Kind::fault) source = source_in(scenario.faults, is_named);
  if (finding.kind == Kind::invariant) source = source_in(scenario.invariants, is_named);
  if (finding.kind == Kind::load && scenario.loads.size() == 1)
    source = scenario.loads.front().source;
  if (source.file.empty()) source.file = scenario.file;
  return source;
}

std::string place_of(const model::Source& source) {
  std::string place = "file=" + escaped(source.file, true);
  if (source.line > 0) place += ",line=" + std::to_string(source.line);
  return place;
}

}  // namespace

std::string github_annotations(const reports::RunReport& report) {
  using Status = record::Finding::Status;
  std::string text;
  for (const record::Finding* finding : reports::by_urgency(report.verdict)) {
    if (finding->status != Status::broken && finding->status != Status::inconclusive) continue;
    const bool broken = finding->status == Status::broken;
    text += broken ? "::error " : "::warning ";
    text += place_of(source_of(*finding, *report.scenario)) + ",title=";
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
