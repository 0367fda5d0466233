// The invariants that a scenario states itself, over what its probes saw and over the journal. The
// judge reads probe samples from the record, in rounds: the samples of one round were asked
// together, so that a condition compares values of one moment.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/check/evidence.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// When each round was complete that was asked after the steady state and has all of these probes.
std::map<std::uint32_t, TimePoint> rounds_with(const std::vector<std::string>& probes,
                                               const Record& record);

// The last round that was asked at such a moment; 0: none was.
std::uint32_t last_round(const Record& record, record::ProbeSample::Moment moment);

// One finding for each. `settled`: judged once, over the round at the end. `always`: over each
// round that has all of its probes; one that breaks it is enough. A round in which a probe failed
// says nothing; where fewer than half of them say anything, the invariant is inconclusive.
//
// Measures in them are taken over the whole run, warm-up and settling included. An invariant has to
// hold whatever was sent: that the load was not held changes nothing.
std::vector<record::Finding> judge_own_invariants(const Evidence& evidence);

// Whether what is to hold at rest, as far as probes alone tell it, held in the last round at the
// end: `settled` invariants, and the steady state. What does not may come to hold later, in a
// system that repairs itself. True where no probe tells.
bool rest_holds(const model::Scenario& scenario, const Record& record, TimePoint now);

// The conditions of the steady state that name a probe, once more at the end, as service levels.
std::vector<record::Finding> judge_steady_state_again(const Evidence& evidence);

}  // namespace seawall::check
