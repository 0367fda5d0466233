#include "reports/junit.hpp"

#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "harness/model/hidden_text.hpp"
#include "reports/finding_text.hpp"

namespace seawall::reports {
namespace {

using record::Finding;
using Status = Finding::Status;

void set(pugi::xml_node& node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_text(value).c_str());
}

std::string seconds(base::Duration duration) {
  const auto ms = duration / std::chrono::milliseconds(1);
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

struct Totals {
  int failures = 0;
  int errors = 0;
  int skipped = 0;
};

void add_case(pugi::xml_node& suite, const Finding& finding, std::string_view scenario,
              Totals& totals) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", fmt::format("{}.{}", scenario, model::name_of(finding.kind)));
  set(test, "name", title_of(finding));
  set(test, "time", "0");  // a check takes none; the run's is that of the suite
  if (finding.status == Status::held) return;
  const bool broken = finding.status == Status::broken;
  const bool inconclusive = finding.status == Status::inconclusive;
  ++(broken ? totals.failures : inconclusive ? totals.errors : totals.skipped);
  pugi::xml_node why = test.append_child(broken ? "failure" : inconclusive ? "error" : "skipped");
  set(why, "message", line_of(finding));
  if (broken || inconclusive)
    set(why, "type", inconclusive ? "inconclusive" : model::name_of(finding.kind));
  why.text().set(xml_text(finding.why).c_str());
}

// A run without a verdict must not look green either.
void add_run_error(pugi::xml_node& suite, const RunReport& report, Totals& totals) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", report.scenario->meta.name);
  set(test, "name", "the run came to a verdict");
  set(test, "time", "0");
  pugi::xml_node error = test.append_child("error");
  set(error, "message", fmt::format("exit status {}", report.verdict.exit));
  set(error, "type", "error");
  ++totals.errors;
}

// What one has to know to run it again.
void add_properties(pugi::xml_node& suite, const RunReport& report) {
  pugi::xml_node properties = suite.append_child("properties");
  const auto add = [&](const char* name, std::string_view value) {
    pugi::xml_node property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  };
  const model::Scenario& scenario = *report.scenario;
  add("scenario", scenario.meta.name);
  if (!scenario.variant.empty()) add("variant", scenario.variant);
  add("seed", std::to_string(scenario.run.seed));
  add("mode", model::name_of(scenario.target.mode));
  add("verdict", verdict_word(report.verdict));
  add("exit", std::to_string(report.verdict.exit));
  add("trace_hash", report.trace.hash);
  add("machine", report.facts.machine);
}

// The findings in words, the urgent ones first, and no more of them than a viewer can show.
void add_output(pugi::xml_node& suite, const RunReport& report) {
  constexpr std::size_t most = 100;
  const std::vector<const Finding*> findings = by_urgency(report.verdict);
  std::string text;
  for (std::size_t i = 0; i < std::min(most, findings.size()); ++i)
    text += fmt::format("{:<14} {}\n", status_label(findings[i]->status), line_of(*findings[i]));
  if (findings.size() > most) text += fmt::format("and {} more\n", findings.size() - most);
  text += verdict_label(report.verdict) + ": " + counts_of(report.verdict) + "\n";
  suite.append_child("system-out").text().set(xml_text(text).c_str());
}

}  // namespace

std::string xml_text(std::string_view text) { return model::without_hidden(text); }

std::string junit_xml(const RunReport& report) {
  const model::Scenario& scenario = *report.scenario;
  const record::Record& record = *report.record;
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  pugi::xml_node suite = root.append_child("testsuite");
  add_properties(suite, report);
  Totals totals;
  for (const Finding& finding : report.verdict.findings)
    add_case(suite, finding, scenario.meta.name, totals);
  const bool no_verdict = verdict_word(report.verdict) == "error";
  if (no_verdict) add_run_error(suite, report, totals);
  add_output(suite, report);

  const std::string variant = scenario.variant.empty() ? "" : " [" + scenario.variant + "]";
  set(suite, "name", scenario.meta.name + variant);
  const std::size_t tests = report.verdict.findings.size() + (no_verdict ? 1 : 0);
  set(suite, "tests", std::to_string(tests));
  set(suite, "failures", std::to_string(totals.failures));
  set(suite, "errors", std::to_string(totals.errors));
  set(suite, "skipped", std::to_string(totals.skipped));
  set(suite, "time", seconds(record.end - record.warmup_start));
  set(suite, "timestamp", report.facts.started_utc);
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace seawall::reports
