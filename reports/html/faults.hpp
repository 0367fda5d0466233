// When faults acted: the shaded stretches of the charts.
#pragma once
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/record/record.hpp"
#include "reports/charts/plot.hpp"

namespace seawall::reports {

// Windows from armed to healed; faults at points of the execution are a moment for each hit, the
// first of them named. By time.
std::vector<charts::Band> fault_bands(const model::Scenario& scenario,
                                      const record::Record& record);

// For charts beside one that names them.
std::vector<charts::Band> nameless(std::vector<charts::Band> bands);

}  // namespace seawall::reports
