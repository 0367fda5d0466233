// What the reports of one run are made from. Every writer is a function from this to text, so that
// a report can be tested without a run and without a disk.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/record/verdict.hpp"
#include "reports/trace.hpp"

namespace seawall::reports {

// What is known of a run beside its record: the only place where wall time and the machine appear.
struct RunFacts {
  std::string started_utc;                      // "2025-11-21T09:53:00Z"
  std::string machine;                          // "2 cores, 7.8 GiB, Linux 6.1 x86_64"
  std::map<std::string, std::string> versions;  // "seawall" -> "0.1.0", "compiler" -> "g++ 12.2"
};

// The tag of scenarios that were found by exploring. They have one order, which most checks have
// nothing to say of, so that a verdict on them names what failed and counts the rest.
inline constexpr std::string_view found_tag = "found";
// Of what it could not prove: nothing is known to break there.
inline constexpr std::string_view unproven_tag = "unproven";

// Of a run that was found by exploring: what was said of it there.
struct FoundFacts {
  std::vector<std::string> faults;  // its plan, a line for each
  bool is_minimal = true;           // each of them is needed
  std::string broken_by;            // the write that broke it
  std::string robustness;           // "with 40 of 40 other seeds it breaks too"
  std::string hint;                 // what would have prevented it; empty: not known
  std::string diagram;              // its messages in text
};

// `scenario` and `record` outlive it. Texts of the verdict are already without secrets.
struct RunReport {
  const model::Scenario* scenario;
  const record::Record* record;
  record::Verdict verdict;
  RunFacts facts;
  Trace trace;
  std::optional<FoundFacts> found = {};
};

// `record` is sorted (Record::sort).
RunReport make_run_report(const model::Scenario& scenario, const record::Record& record,
                          const record::Verdict& verdict, RunFacts facts);

}  // namespace seawall::reports
