// The few numbers by which a matrix compares its cells. All are measures of the expression
// language, over the whole load: a check of a scenario could state each of them.
#pragma once
#include "harness/base/link.hpp"
#include "harness/check/value.hpp"
#include "harness/model/scenario.hpp"
#include "harness/record/record.hpp"

namespace seawall::check {

struct CellNumbers {
  Outcome availability;   // ok_share
  Outcome p99;            // latency_all.p99: of what failed, too
  Outcome recovery;       // recovery_time(FAULT, ok_share >= 99%), the longest of its faults
  Outcome amplification;  // of the link `on`; without a link, no value
};

CellNumbers cell_numbers(const model::Scenario& scenario, const record::Record& record,
                         const base::Link& on);

}  // namespace seawall::check
