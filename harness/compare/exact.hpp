// Differences of runs in virtual time with the same seeds: nothing there is noise, so each one is
// real, and only how much is tolerated decides.
#pragma once
#include <vector>

#include "harness/compare/comparison.hpp"

namespace seawall::compare {

// All requests first, then each request name that either side has.
std::vector<Row> exact_rows(const RunFigures& a, const RunFigures& b, const Tolerances& tolerances);

// What several runs of one side saw together.
RunFigures together(const std::vector<Run>& runs);

}  // namespace seawall::compare
