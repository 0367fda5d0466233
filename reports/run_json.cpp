#include "reports/run_json.hpp"

#include <boost/json.hpp>

#include "harness/base/text.hpp"
#include "harness/model/point.hpp"
#include "reports/causes.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"
#include "reports/latency.hpp"

namespace seawall::reports {
namespace {

namespace json = boost::json;

json::array checks_of(const record::Verdict& verdict) {
  json::array array;
  for (const record::Finding& finding : verdict.findings) {
    json::object check;
    check["kind"] = text(model::name_of(finding.kind));
    if (!finding.id.empty()) check["id"] = text(finding.id);
    check["name"] = text(finding.name);
    check["phase"] = text(finding.phase);
    check["verdict"] = text(model::name_of(finding.status));
    check["value"] = text(finding.value);
    check["limit"] = text(finding.limit);
    check["why"] = text(finding.why);
    check["orders"] = texts(finding.orders);
    check["offending"] = finding.offending;
    check["exercised"] = finding.exercised;
    array.push_back(std::move(check));
  }
  return array;
}

// The link or service; of a crash at a point, that point.
json::value place_of(const model::Fault* fault) {
  if (!fault) return nullptr;
  if (!fault->at_call.empty()) return text(model::to_text(fault->at_call.front()));
  return text(model::site_of(*fault));
}

// As the scenario writes it: a count, or a share in quotes.
json::value must_hit_of(const model::Fault* fault) {
  if (!fault) return nullptr;
  if (fault->must_hit.share) return text(base::to_text(*fault->must_hit.share));
  return fault->must_hit.count;
}

json::array faults_of(const RunReport& report) {
  json::array array;
  for (const record::FaultUse& use : report.record->faults) {
    const model::Fault* of = fault_named(*report.scenario, use.name);
    json::object fault;
    fault["name"] = text(use.name);
    fault["on"] = place_of(of);
    fault["hit"] = use.hit;
    fault["reached"] = use.reached;
    fault["must_hit"] = must_hit_of(of);
    fault["calls"] = use.calls;
    fault["shielded"] = use.shielded;
    array.push_back(std::move(fault));
  }
  return array;
}

json::array patterns_of(const record::Record& record) {
  json::array array;
  for (const record::PatternUse& use : record.patterns) {
    json::object pattern;
    pattern["pattern"] = text(use.pattern);
    pattern["where"] = text(use.where);
    pattern["acted"] = use.acted;
    pattern["permits_taken"] = use.permits_taken;
    pattern["permits_returned"] = use.permits_returned;
    pattern["peak_in_flight"] = use.peak_in_flight;
    array.push_back(std::move(pattern));
  }
  return array;
}

json::array load_of(const record::Record& record) {
  json::array array;
  for (const record::LoadUse& use : record.loads) {
    json::object load;
    load["name"] = text(use.name);
    load["planned"] = use.planned;
    load["sent"] = use.sent;
    load["peak_in_flight"] = use.peak_in_flight;
    load["lateness_p99_ns"] = use.lateness_p99.count();
    load["lateness_max_ns"] = use.lateness_max.count();
    load["lateness_limit_ns"] = use.lateness_limit.count();
    array.push_back(std::move(load));
  }
  return array;
}

json::array measures_of(const record::Record& record) {
  json::array array;
  for (const auto& [name, request] : latencies_of(record)) {
    const stats::Histogram latency = request.histogram();
    json::object measure;
    measure["request"] = text(name);
    measure["sent"] = request.sent;
    measure["expected"] = request.expected;
    measure["ended"] = latency.count();
    measure["latency_p50_ns"] = latency.value_at_quantile(base::Share::percent(50)).count();
    measure["latency_p99_ns"] = latency.value_at_quantile(base::Share::percent(99)).count();
    measure["latency_max_ns"] = latency.max().count();
    array.push_back(std::move(measure));
  }
  return array;
}

// What the trace hash is made of.
json::object trace_of(const Trace& trace) {
  json::object parts;
  parts["version"] = trace_version;
  parts["events"] = text(trace.parts.events);
  parts["journal"] = text(trace.parts.journal);
  parts["history"] = text(trace.parts.history);
  parts["ledger"] = text(trace.parts.ledger);
  return parts;
}

json::object versions_of(const RunFacts& facts) {
  json::object versions;
  for (const auto& [name, version] : facts.versions) versions[name] = text(version);
  return versions;
}

}  // namespace

std::string run_json(const RunReport& report) {
  const model::Scenario& scenario = *report.scenario;
  const record::Record& record = *report.record;
  json::object run;
  run["schema"] = 1;
  run["scenario"] = text(scenario.meta.name);
  run["variant"] = text(scenario.variant);
  run["mode"] = text(model::name_of(scenario.target.mode));
  run["seed"] = scenario.run.seed;
  run["verdict"] = text(verdict_word(report.verdict));
  run["exit"] = report.verdict.exit;
  run["trace_hash"] = text(report.trace.hash);
  run["trace"] = trace_of(report.trace);
  run["comparison_hash"] = text(base::hex(scenario.comparison_hash));
  run["checks"] = checks_of(report.verdict);
  run["faults"] = faults_of(report);
  run["patterns"] = patterns_of(record);
  run["load"] = load_of(record);
  run["measures"] = measures_of(record);
  run["events_omitted"] = report.trace.omitted;
  run["interrupted"] = record.interrupted;
  run["stopped_by"] = text(record.stopped_by);
  run["machine"] = text(report.facts.machine);
  run["versions"] = versions_of(report.facts);
  run["started"] = text(report.facts.started_utc);
  return indented_json(run);
}

}  // namespace seawall::reports
