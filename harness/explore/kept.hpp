// The scenario that is kept of a finding: the one that shows it, with a name of its own, so that
// several stand in one folder, and with what it found as its description.
#pragma once
#include <string>
#include <vector>

#include "harness/explore/violation.hpp"

namespace seawall::explore {

// "quickstart-no-double-charge-order-payment.charge-1-drop_reply": the same for the same scenario,
// invariant and plan (as people read it), and another for any other. What is long is cut, and told
// apart by a hash of the whole.
std::string name_of_finding(const std::string& scenario, const std::string& invariant,
                            const std::vector<std::string>& plan);

// `text`: of the scenario with the faults of the plan.
std::string kept_scenario(const std::string& text, const Violation& violation,
                          const std::vector<std::string>& plan);

}  // namespace seawall::explore
