// Service levels, the steady state and stop conditions: what a scenario's expressions say of a run.
#pragma once
#include <optional>
#include <vector>

#include "harness/check/focus.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// Where the load kept its schedule or not: what is measured on an unkept one is not judged.
enum class LoadHeld : bool { no, yes };

std::vector<record::Finding> judge_levels(const model::Scenario& scenario, const Record& record,
                                          const Observations& observations, LoadHeld load_held);

// `hold` of the steady state, over the warm-up: from record.warmup_start to `now`, before any
// fault. A finding that is broken or inconclusive means that nothing may be injected (exit 6).
std::vector<record::Finding> judge_steady_state(const model::Scenario& scenario,
                                                const Record& record, TimePoint now);

// Whether this stop condition is met at `now`: it holds over the last `stop.length` (at least 1 s)
// of the load phase. `record` may be partial, with the history and the events so far; requests that
// are still open count as failed once their deadline has passed.
bool is_met(const model::StopWhen& stop, const model::Scenario& scenario, const Record& record,
            TimePoint now);

// The tightest bound on a latency that any level states, or nothing where none does.
std::optional<Duration> tightest_latency_bound(const model::Scenario& scenario);

}  // namespace seawall::check
