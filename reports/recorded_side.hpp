// One side of a comparison, read from what runs have left: their run.json says what they were and
// how they ended, their latency.hlog how long their requests took. A log alone, of ours or of
// another tool, is a side as well, of latencies and nothing else.
#pragma once
#include <string>
#include <vector>

#include "harness/compare/comparison.hpp"

namespace seawall::reports {

// The run in `folder`. Errors name the file: none there, cut off, of another run than its
// run.json, of another version.
base::expected<compare::Run, base::Diagnostic> read_recorded_run(const std::string& folder);

// A histogram log. `unit`: what a value of 1 stands for in it.
base::expected<compare::Run, base::Diagnostic> read_recorded_log(const std::string& file,
                                                                 base::Duration unit);

// Each path is the folder of a run, a folder that holds such folders (they come in the order of
// their names), or a log. The side is named after them; it has a run at least, and each but once: a
// folder that is named twice, and the copy of a run, are errors.
base::expected<compare::Side, base::Diagnostics> read_side(const std::vector<std::string>& paths,
                                                           base::Duration unit);

}  // namespace seawall::reports
