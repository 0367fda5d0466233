// What an expression is evaluated over: a record, and the stretches of time that its phase names.
#pragma once
#include "harness/base/result.hpp"
#include "harness/check/observations.hpp"
#include "harness/check/value.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::check {

// All of it outlives the evaluation.
struct Focus {
  const model::Scenario& scenario;
  const Record& record;
  const Observations& observations;
  Windows windows;
  TimePoint now{};  // the end of what was watched: a request that is open then is undecided
  // Windows of recovery_time are short: a tenth of the samples is enough there.
  bool within_recovery = false;
  // The round of probe samples that is judged; 0: none, and a probe has no value.
  std::uint32_t round = 0;
};

// The whole record, up to its end.
Focus whole(const model::Scenario& scenario, const Record& record,
            const Observations& observations);

// The windows of a phase; without a value: why there are none (a fault that this run does not have
// makes it not applicable, one that was never armed inconclusive).
base::expected<Windows, Outcome> windows_of(const model::Phase& phase,
                                            const model::Scenario& scenario, const Record& record);

// When the fault of this name acted; an error as above.
base::expected<Window, Outcome> active_window(const std::string& fault,
                                              const model::Scenario& scenario,
                                              const Record& record);

}  // namespace seawall::check
