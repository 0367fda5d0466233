// What a scenario would do, in words: time line, load, faults, checks and cost. Nothing is started.
#pragma once
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/matrix.hpp"

namespace seawall::cli {

std::string explain(const model::Scenario& scenario, const std::vector<base::Link>& links);

// The time that a run of it takes on the clock on the wall, at least and at most. Virtual time
// costs next to nothing, and both are 0.
struct Cost {
  base::Duration least{};
  base::Duration most{};
};
Cost cost_of(const model::Scenario& scenario);

// What a matrix runs, for `explain`; and what that costs, in one line: "140 cells, 77 min of
// virtual time; 1 to confirm, at least 33 s".
std::string explain(const model::Matrix& matrix);
std::string cost_of(const model::Matrix& matrix);

}  // namespace seawall::cli
