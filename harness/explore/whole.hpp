// A scenario run whole in virtual time, as `seawall run` does it, with nobody who watches or
// interrupts: from the first phase to the verdict, with all that is recorded.
#pragma once
#include "harness/run/run.hpp"

namespace seawall::explore {

// `target` is of this scenario, whose mode is sim.
run::Outcome run_whole(const model::Scenario& scenario, const runtime::Target& target);

}  // namespace seawall::explore
