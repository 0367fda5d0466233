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
};

struct GateState {
  std::int64_t schema = 1;
  // A hash of all that makes it this gate: both scenarios, both programs. Runs of one question
  // cannot answer another.
  std::string question;
  std::vector<GateRun> runs;
};

template <class Visitor>
void describe(Visitor& visit, GateRun& run) {
  visit.field("pair", run.pair, {});
  visit.field("side", run.side, {});
  visit.field("folder", run.folder, {});
  visit.field("invalid", run.invalid, {});
  visit.field("foreign_ppm", run.foreign, {});
  visit.field("stolen_ppm", run.stolen, {});
}
template <class Visitor>
void describe(Visitor& visit, GateState& state) {
  visit.field("schema", state.schema, {});
  visit.field("question", state.question, {});
  visit.field("runs", state.runs, {});
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
