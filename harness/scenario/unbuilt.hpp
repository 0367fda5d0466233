// What the language says and the reader checks, but no run of this version carries out. It is
// refused by name before anything starts, so that nothing of a scenario is ever left out in
// silence.
#pragma once
#include "harness/base/result.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::scenario {

// One error for each such part of the scenario; empty: all of it can be run.
base::Diagnostics unbuilt_parts(const model::Scenario& scenario);

}  // namespace seawall::scenario
