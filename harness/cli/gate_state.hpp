// What a gate has done so far, in gate-state.json in its folder: who breaks it off loses the run
// that goes on, and nothing else.
//
//   DIR/gate-state.json        the question, and the runs that have ended
//   DIR/runs/003-B-2/          one run, as `seawall run` left it: pair 3, side B, the second try
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::cli {

struct GateRun {
  std::int64_t pair = 0;  // from 1
  std::string side;       // "A" or "B"
  std::string folder;     // under runs/
  std::string invalid;    // why it does not count; empty: it does
  base::Share foreign, stolen;
  // What its run.json said when it ended: a folder that says something else now is another run.
  std::string comparison_hash, trace_hash, machine;
};

struct GateState {
  std::int64_t schema = 2;
  // A hash of all that makes it this gate: both scenarios, both programs. Runs of one question
  // cannot answer another.
  std::string question;
  std::vector<GateRun> runs;
};

template <class Visitor>
void describe(Visitor& visit, GateRun& run) {
  const model::Field needed{.doc = "", .required = true};
  visit.field("pair", run.pair, needed);
  visit.field("side", run.side, needed);
  visit.field("folder", run.folder, needed);
  visit.field("invalid", run.invalid, needed);
  visit.field("foreign_ppm", run.foreign, {});
  visit.field("stolen_ppm", run.stolen, {});
  visit.field("comparison_hash", run.comparison_hash, needed);
  visit.field("trace_hash", run.trace_hash, needed);
  visit.field("machine", run.machine, needed);
}
template <class Visitor>
void describe(Visitor& visit, GateState& state) {
  const model::Field needed{.doc = "", .required = true};
  visit.field("schema", state.schema, needed);
  visit.field("question", state.question, needed);
  visit.field("runs", state.runs, needed);
}

// That of the gate in `folder`; a new one where there is no folder, or an empty one. Errors, for
// exit 2: the folder is no gate, or one that asks another question.
base::expected<GateState, base::Diagnostic> open_gate(const std::string& folder,
                                                      const std::string& question);

// Completely or not at all; so are the other files of a gate. The error is one of the environment.
base::expected<void, base::Diagnostic> write_state(const std::string& folder,
                                                   const GateState& state);
base::expected<void, base::Diagnostic> write_beside(const std::string& folder,
                                                    const std::string& name,
                                                    const std::string& text);

// The error is a sentence.
base::expected<GateState, std::string> parse_state(std::string_view text);

}  // namespace seawall::cli
