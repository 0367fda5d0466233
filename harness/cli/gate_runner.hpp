// Runs one side of a gate once: `seawall run` as a process of its own, so that both sides start
// from the same nothing, and two builds of seawall can be compared. What the machine did meanwhile
// is noted with it.
#pragma once
#include <string>

#include "harness/cli/gate_plan.hpp"
#include "harness/cli/gate_state.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/compare/comparison.hpp"

namespace seawall::cli {

struct GateTry {
  enum class How : std::uint8_t { ended, interrupted, failed };
  How how = How::ended;
  GateRun run;               // ended
  compare::Run seen;         // ended
  base::Diagnostic problem;  // failed: no run came of it
};

// `pair` counts from 1, `attempt` too; all runs of a pair have the same seed. Writes
// FOLDER/runs/NAME. After the first interrupt the run heals and ends, and its folder is removed.
GateTry run_side(const GatePlan& plan, const PlannedSide& side, std::int64_t pair, int attempt,
                 const std::string& folder, Interrupt& interrupt);

// Why a folder does not hold the run of this pair and side, as a message; empty where it does.
std::string why_another(const GatePlan& plan, const PlannedSide& side, std::int64_t pair,
                        const compare::Run& found);
// The same of a run that has ended earlier, as it was noted then.
std::string why_changed(const GateRun& noted, const compare::Run& found);

// As people read it: "4.2 %".
std::string percent(base::Share share);

// Where a run of the gate in the folder `gate` lies.
std::string folder_of(const std::string& gate, const GateRun& run);

}  // namespace seawall::cli
