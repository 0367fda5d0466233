// run.json: the verdict and its reasons for programs. Members are only ever added; `schema` changes
// when the meaning of one does. All numbers are integers, units are in the names.
#pragma once
#include <string>

#include "reports/run_report.hpp"

namespace seawall::reports {

// Indented, with a line break at the end.
std::string run_json(const RunReport& report);

}  // namespace seawall::reports
