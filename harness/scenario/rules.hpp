// What tables say of each other: faults within the load and on links that exist, limits that are
// long enough to be judged, names that variants break.
#pragma once
#include "harness/model/scenario.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// Reports errors and warnings, and fills what follows from elsewhere (the link of a fault that is
// aimed at a call).
void check_rules(Context& context, const Value& document, model::Scenario& scenario);
// Of them, what faults must fulfil.
void check_faults(Context& context, const Value& document, model::Scenario& scenario);

}  // namespace seawall::scenario
