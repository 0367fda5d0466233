// Whether a run proves anything at all: did every fault act, was the load sent as planned, did the
// patterns that the scenario is about do something, is the ledger complete? The harness never
// trusts itself: what misses here makes the run inconclusive, never a pass.
#pragma once
#include <vector>

#include "harness/check/evidence.hpp"
#include "harness/check/levels.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// One finding for each fault of the scenario: how often it acted, against `must_hit`.
std::vector<record::Finding> judge_faults(const model::Scenario& scenario, const Record& record,
                                          const Observations& observations);

// Fills FaultUse::shielded from the events: calls that the caller refused by itself while the fault
// was armed. The faults of `record` are those of the scenario, by position.
void count_shielded(const model::Scenario& scenario, Record& record);

// One finding for each load: lateness, the share of the schedule that was sent, requests in flight.
std::vector<record::Finding> judge_loads(const model::Scenario& scenario, const Record& record);
LoadHeld load_held(const std::vector<record::Finding>& loads);
// One finding for each tool of the user that made load: a service level, which its exit status is.
std::vector<record::Finding> judge_tools(const Record& record);
// How late p99 of the requests may be sent: the load's own limit, else 10 % of the tightest latency
// bound that the scenario checks, at least 5 ms.
Duration lateness_limit(const model::Scenario& scenario, const model::Load& load);

// How long commits to disk took, where there is a disk. One that stood still says that the machine
// was slow: of `findings`, those about time that are broken are not judged then, and the run is
// inconclusive. What is held in spite of it stays.
std::vector<record::Finding> judge_disk(const model::Scenario& scenario, const Record& record,
                                        std::vector<record::Finding>& findings);

// C4: one finding for each pattern that the run had or that `exercises` names. A named one that
// never acted is inconclusive, another one NOT EXERCISED.
std::vector<record::Finding> judge_patterns(const model::Scenario& scenario, const Record& record);

// A finding where rows of the ledger are missing; nothing otherwise.
std::vector<record::Finding> judge_ledger(const Evidence& evidence);
// The same where events were dropped, because there were too many to keep.
std::vector<record::Finding> judge_events(const Record& record);

}  // namespace seawall::check
