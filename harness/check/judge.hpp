// The judge: one function for every world. It reads the scenario and the record of a run and
// nothing else; it knows neither sockets nor services.
//
//   record ──▶ evidence ──▶ invariants ─┐
//        └───▶ observations ─▶ levels ──┼──▶ findings ──▶ exit code
//                         └─▶ validity ─┘
#pragma once
#include <span>
#include <string>
#include <vector>

#include "harness/check/levels.hpp"
#include "harness/model/scenario.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// Judges a run that has ended. The sources of the record may be in any order. Findings come in the
// order: invariants by id, service levels, limits of patterns, faults, patterns, load, the stop
// condition.
record::Verdict judge(const model::Scenario& scenario, const record::Record& record);

// Of a run whose target or environment failed: nothing is judged, and `why` is its one finding.
record::Verdict without_environment(std::string why);

// 0, 1, 3, 5 or 6, by the worst finding.
int exit_code(std::span<const record::Finding> findings);
// The same without findings of a class that `classes` does not name: invariant (broken), slo (a
// level or a stop condition), inconclusive. Other names, such as regression, are of no finding.
int exit_code(std::span<const record::Finding> findings, std::span<const std::string> classes);
// The worse of two exit codes, in the one order 70 > 1 > 6 > 3 > 4 > 5 > 0, within a run and over
// several. Others (2, 130, 143) end a command by themselves: they win over all but 70 and 1.
int worse_exit(int a, int b);

// Whether a run of this variant broke everything that the variant says it breaks. What it did not
// break is appended to `missing`: there the check is blind.
bool breaks_all(const model::Variant& variant, const record::Verdict& verdict,
                std::vector<std::string>& missing);

}  // namespace seawall::check
