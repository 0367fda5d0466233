// What a scenario would do, in words: time line, load, faults, checks and cost. Nothing is started.
#pragma once
#include <string>

#include "harness/model/scenario.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::cli {

std::string explain(const model::Scenario& scenario, const runtime::Target& target);

// The time that a run of it takes on the clock on the wall, at least and at most. Virtual time
// costs next to nothing, and both are 0.
struct Cost {
  base::Duration least{};
  base::Duration most{};
};
Cost cost_of(const model::Scenario& scenario);

}  // namespace seawall::cli
