// What no invariant sees and no scenario has to ask for: a permit that never comes back, a
// half-open breaker without a limit, a timeout that does not bound its call. Measures with limits
// that hold in every run, whatever the scenario says; one that is passed counts as a missed service
// level.
//
//   P1  permits-returned   permits_leaked == 0, for each pattern on each link
//   P2  half-open-bounded  half_open_in_flight <= half_open_calls of the link's policy
//   P3  deadlines-kept     calls_past_deadline == 0, on links between services that have a timeout
#pragma once
#include <vector>

#include "harness/check/evidence.hpp"
#include "harness/check/levels.hpp"
#include "harness/record/verdict.hpp"

namespace seawall::check {

// Three findings, NOT EXERCISED where no such pattern was on or had anything to do.
std::vector<record::Finding> judge_pattern_limits(const Evidence& evidence, LoadHeld load_held);

}  // namespace seawall::check
