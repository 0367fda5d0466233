// summary.md: the verdict for the page of a pull request or a CI job. What needs attention stands
// first, with its reason; what passed is folded away.
#pragma once
#include <string>

#include "reports/run_report.hpp"

namespace seawall::reports {

std::string summary_markdown(const RunReport& report);

}  // namespace seawall::reports
