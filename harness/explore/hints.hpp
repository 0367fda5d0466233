// What would have prevented a violation: the setting that takes a promise away, where the scenario
// has switched one off, else the rule of the saga that the invariant stands for.
#pragma once
#include <string>
#include <string_view>

#include "harness/model/scenario.hpp"
#include "harness/record/record.hpp"

namespace seawall::explore {

// `invariant` is its id: "A1"; `record` is of a run in which it was broken. One or two sentences.
std::string hint_for(std::string_view invariant, const model::Scenario& scenario,
                     const record::Record& record);

}  // namespace seawall::explore
