// The scenario that is kept of a finding: the one that shows it, with a name of its own, so that
// several stand in one folder, and with what it found as its description.
//
// Once its cause is mended, such a scenario passes for as long as its faults still meet what they
// met, and nobody sees when they do not. So it gets a variant where one is known: the settings that
// broke the order, or else what guards the broken rule taken away, provided that the invariant is
// broken under the same faults then. `seawall run --variants` proves that it can still fail.
#pragma once
#include <string>
#include <vector>

#include "harness/explore/hints.hpp"
#include "harness/explore/violation.hpp"

namespace seawall::explore {

// "quickstart-no-double-charge-order-payment.charge-1-drop_reply": the same for the same scenario,
// invariant and plan (as people read it), and another for any other. What is longer than a name may
// be is cut, and told apart by a hash of the whole.
std::string name_of_finding(const std::string& scenario, const std::string& invariant,
                            const std::vector<std::string>& plan);

// `text`: of the scenario with the faults of the plan, which is `plan` as people read it.
std::string kept_scenario(const std::string& text, const std::vector<std::string>& plan,
                          const Broken& broken, const Hint& hint, const model::Vocabulary& words);

}  // namespace seawall::explore
