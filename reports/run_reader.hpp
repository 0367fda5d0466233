// Reads run.json back: what a run said of itself, for whatever looks at runs that are over (report,
// compare, gate, baseline). It may have come from anywhere, so nothing here trusts it: every member
// that this version writes has to be there with its type, but for the parts of the trace hash:
// runs of former versions lack them. Members that it does not know are left.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/model/scenario.hpp"
#include "harness/record/verdict.hpp"
#include "reports/trace.hpp"

namespace seawall::reports {

// For whoever named no folder of a run, or none that is there.
inline constexpr std::string_view where_runs_are =
    "name the folder of a run: `seawall run` sets out/latest, and `seawall explore` writes those "
    "of what it finds to found/001, found/002 ... in its own";

struct RecordedFault {
  std::string name;
  std::string on;  // a link, a service or a point; empty: not known
  std::int64_t hit = 0;
  std::int64_t reached = 0;
  std::int64_t calls = 0;
  std::int64_t shielded = 0;
  std::string must_hit;  // "20", or a share: "90%"; empty: not known
};

struct RecordedLoad {
  std::string name;
  std::int64_t planned = 0;
  std::int64_t sent = 0;
  std::int64_t peak_in_flight = 0;
  base::Duration lateness_p99{};
  base::Duration lateness_max{};
  base::Duration lateness_limit{};
};

struct RecordedMeasure {
  std::string request;
  std::int64_t sent = 0;
  std::int64_t expected = 0;  // answered as `expect` has it
  std::int64_t ended = 0;     // that have a latency
  base::Duration p50{}, p99{}, max{};
};

struct RecordedRun {
  std::string scenario;
  std::string variant;  // empty: none
  model::Mode mode = model::Mode::sim;
  std::uint64_t seed = 0;
  std::string verdict;  // pass fail inconclusive error
  int exit = 0;
  std::string trace_hash;
  std::int64_t trace_version = 1;  // of what the hash is made; 1: there are no parts
  TraceParts trace_parts;
  std::string comparison_hash;  // equal ones: runs that may be compared
  std::vector<record::Finding> checks;
  std::vector<RecordedFault> faults;
  std::vector<record::PatternUse> patterns;
  std::vector<RecordedLoad> loads;
  std::vector<RecordedMeasure> measures;  // by request, in the order of their names
  std::int64_t events_omitted = 0;
  bool interrupted = false;
  std::string stopped_by;                       // empty: nothing
  std::string machine;                          // what ran it
  std::map<std::string, std::string> versions;  // "seawall" -> "0.1.0"
  std::string started;                          // UTC
};

// The error is a sentence: "checks[3].verdict: expected pass, fail, ..., found 'x'".
base::expected<RecordedRun, std::string> parse_run_json(std::string_view text);

// Of the run in `folder`. Errors name its run.json: none there, cut off, of another schema.
base::expected<RecordedRun, base::Diagnostic> read_run(const std::string& folder);

// Whether there is a run.json in `folder`, good or bad.
bool is_run_folder(const std::string& folder);

}  // namespace seawall::reports
