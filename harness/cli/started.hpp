// What is known of a run beside its record: when it started, and on which machine. For people, and
// for comparisons in wall time, which across machines are hints; no verdict of a run reads it.
#pragma once
#include "reports/run_report.hpp"

namespace seawall::cli {

reports::RunFacts facts_of_now();

}  // namespace seawall::cli
