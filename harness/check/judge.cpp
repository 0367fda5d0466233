#include "harness/check/judge.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "harness/check/invariants.hpp"
#include "harness/check/own_invariants.hpp"
#include "harness/check/pattern_limits.hpp"
#include "harness/check/validity.hpp"

namespace seawall::check {
namespace {

using record::Finding;
using Status = Finding::Status;

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(findings));
}

// An invariant cannot be said to hold where rows are missing, nor can goodput be compared where the
// load was another than planned. What is broken by the rows that are there stays broken.
void distrust(std::vector<Finding>& invariants, bool ledger_complete, bool events_complete,
              LoadHeld load) {
  for (Finding& finding : invariants) {
    if (!ledger_complete && finding.status == Status::held) {
      finding.status = Status::not_judged;
      finding.why = "Rows of the ledger are missing, so it cannot be said to hold";
    }
    const bool of_load = finding.name == "goodput-recovers" || finding.name == "load-bounded";
    const bool judged = finding.status == Status::held || finding.status == Status::broken;
    if (load == LoadHeld::no && of_load && judged) {
      finding.status = Status::not_judged;
      finding.why = "The load was not sent as planned, so before and after cannot be compared";
    }
    if (!events_complete && finding.name == "stuck-is-visible" && judged) {
      finding.status = Status::not_judged;
      finding.why = "Events were dropped, so it is not known when the order service was down";
    }
  }
}

std::vector<Finding> judge_stop(const Record& record) {
  if (record.stopped_by.empty()) return {};
  Finding finding;
  finding.kind = Finding::Kind::stop;
  finding.status = Status::broken;
  finding.name = record.stopped_by;
  finding.why = fmt::format("The run was stopped because {} held: the damage was to stay bounded",
                            record.stopped_by);
  return {finding};
}

int exit_of(const Finding& finding) {
  if (finding.status == Status::inconclusive) return 5;
  if (finding.status != Status::broken) return 0;
  switch (finding.kind) {
    case Finding::Kind::invariant:
      return 1;
    case Finding::Kind::slo:
    case Finding::Kind::stop:
      return 3;
    case Finding::Kind::environment:
      return 6;
    default:
      return 5;
  }
}

// The class of --fail-on that a finding of this exit code belongs to.
std::string_view class_of(int code) {
  if (code == 1) return "invariant";
  if (code == 3) return "slo";
  return code == 5 ? "inconclusive" : "";
}

}  // namespace

record::Verdict judge(const model::Scenario& scenario, const record::Record& record) {
  const Evidence evidence(scenario, record);
  const std::vector<Finding> ledger = judge_ledger(evidence);
  const std::vector<Finding> events = judge_events(record);
  std::vector<Finding> loads = judge_loads(scenario, record);
  const LoadHeld held = load_held(loads);

  record::Verdict verdict;
  append(verdict.findings, ledger);
  append(verdict.findings, events);
  // Of what is no shop, neither its orders nor its patterns are seen.
  const bool is_shop = scenario.target.kind == "shop";
  if (is_shop)
    for (const Invariant& invariant : invariants())
      verdict.findings.push_back(judge(invariant, evidence));
  distrust(verdict.findings, ledger.empty(), events.empty(), held);
  append(verdict.findings, judge_own_invariants(evidence));
  append(verdict.findings, judge_levels(scenario, record, evidence.observations(), held));
  append(verdict.findings, judge_steady_state_again(evidence));
  append(verdict.findings, judge_tools(record));
  if (is_shop) append(verdict.findings, judge_pattern_limits(evidence, held));
  std::vector<Finding> disk = judge_disk(scenario, record, verdict.findings);
  append(verdict.findings, judge_faults(scenario, record, evidence.observations()));
  append(verdict.findings, judge_patterns(scenario, record));
  append(verdict.findings, std::move(loads));
  append(verdict.findings, std::move(disk));
  append(verdict.findings, judge_stop(record));
  verdict.exit = exit_code(verdict.findings);
  return verdict;
}

record::Verdict without_environment(std::string why) {
  Finding finding;
  finding.kind = Finding::Kind::environment;
  finding.status = Status::broken;
  finding.name = "target and environment";
  finding.why = std::move(why);
  record::Verdict verdict;
  verdict.findings.push_back(std::move(finding));
  verdict.exit = exit_code(verdict.findings);
  return verdict;
}

int worse_exit(int a, int b) {
  constexpr auto order = std::to_array({70, 1, 2, 129, 130, 143, 6, 3, 4, 5, 0});
  const auto rank = [&](int code) { return std::find(order.begin(), order.end(), code); };
  return rank(a) <= rank(b) ? a : b;
}

int exit_code(std::span<const Finding> findings) {
  int worst = 0;
  for (const Finding& finding : findings) worst = worse_exit(worst, exit_of(finding));
  return worst;
}

int exit_code(std::span<const Finding> findings, std::span<const std::string> classes) {
  int worst = 0;
  for (const Finding& finding : findings) {
    const int code = exit_of(finding);
    if (std::find(classes.begin(), classes.end(), class_of(code)) != classes.end())
      worst = worse_exit(worst, code);
  }
  return worst;
}

bool breaks_all(const model::Variant& variant, const record::Verdict& verdict,
                std::vector<std::string>& missing) {
  const std::size_t before = missing.size();
  for (const std::string& name : variant.breaks) {
    const bool broken =
        std::any_of(verdict.findings.begin(), verdict.findings.end(), [&](const Finding& finding) {
          return finding.name == name && finding.status == Status::broken;
        });
    if (!broken) missing.push_back(name);
  }
  return missing.size() == before;
}

}  // namespace seawall::check
