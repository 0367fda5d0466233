// What is known of a run beside its record: when it started, and on which machine. For people;
// nothing that decides reads it.
#pragma once
#include "reports/run_report.hpp"

namespace seawall::cli {

reports::RunFacts facts_of_now();

}  // namespace seawall::cli
