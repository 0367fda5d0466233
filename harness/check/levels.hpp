// Service levels, the steady state and stop conditions: what a scenario's expressions say of a run.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "harness/check/focus.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// Where the load kept its schedule or not: what is measured on an unkept one is not judged.
enum class LoadHeld : bool { no, yes };

// A condition over what `focus` has, as a finding that is named after its text; its kind is slo.
record::Finding judge_condition(const model::Expression& that, const Focus& focus);

// Whether it measures anything: else it is of probes and constants alone.
bool measures_anything(const model::Expression& expression);

// Whether what it measures is counted from events, which may have been dropped.
bool depends_on_events(const model::Expression& expression);

std::vector<record::Finding> judge_levels(const model::Scenario& scenario, const Record& record,
                                          const Observations& observations, LoadHeld load_held);

// Whether what this level, of this name, measures depends on how fast things went. False where
// there is none of the name.
bool depends_on_load(const model::Scenario& scenario, std::string_view level);

// `hold` of the steady state, over the warm-up: from record.warmup_start to `now`, before any
// fault. A finding that is broken or inconclusive means that nothing may be injected (exit 6).
std::vector<record::Finding> judge_steady_state(const model::Scenario& scenario,
                                                const Record& record, TimePoint now);

// Whether this stop condition is met at `now`: it holds over `stop.length` (at least 1 s) of the
// load phase. `record` may be partial, with the history so far, which has only requests that have
// ended. So the stretch that is looked at ends one timeout of the load (the longest) before `now`:
// by then each of its requests has ended, and those that nobody answers count like all others. Up
// to `now` only the quick ones would be seen, and of a system that hangs none at all. The price: a
// run is stopped that much later. A condition over probes is judged over what they saw instead.
bool is_met(const model::StopWhen& stop, const model::Scenario& scenario, const Record& record,
            TimePoint now);

// The tightest bound on a latency that any level states, or nothing where none does.
std::optional<Duration> tightest_latency_bound(const model::Scenario& scenario);

}  // namespace seawall::check
