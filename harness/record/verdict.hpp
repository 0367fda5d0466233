// Findings and the verdict: what check says and what reports print.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/describe.hpp"
#include "harness/record/record.hpp"

namespace seawall::record {

struct Finding {
  enum class Kind : std::uint8_t {
    invariant,
    slo,
    fault,
    pattern,
    load,
    stop,
    environment,  // the target or what it stands on failed: no verdict, exit 6
  };
  enum class Status : std::uint8_t {
    held,            // pass
    broken,          // fail
    inconclusive,    // cannot be judged and matters: exit 5
    not_judged,      // evidence missing, and nothing follows from it
    not_exercised,   // nothing to judge: never reads "held"
    not_applicable,  // names a fault that this variant or cell does not have
  };
  Kind kind = Kind::invariant;
  Status status = Status::held;
  std::string id;                   // invariants: "A1"
  std::string name;                 // "no-double-charge", or the text of the level
  std::string phase;                // service levels
  std::string value;                // measured, with its unit
  std::string limit;                // expected
  std::string why;                  // one sentence for a reader who has not read the design
  std::vector<std::string> orders;  // the first offending ones
  std::int64_t offending = 0;       // how many there are
  std::int64_t exercised = 0;       // how many were judged
};

// How the reason of a finding begins where the system keeps itself from recovering.
inline constexpr std::string_view metastable = "METASTABLE";

struct Verdict {
  std::vector<Finding> findings;
  int exit = 0;  // reports.md: 0 1 3 5 6 70 130 143
};

}  // namespace seawall::record

namespace seawall::model {
template <>
inline constexpr auto enum_names<record::Finding::Kind> = std::to_array<std::string_view>(
    {"invariant", "slo", "fault", "pattern", "load", "stop", "environment"});
template <>
inline constexpr auto enum_names<record::Finding::Status> = std::to_array<std::string_view>(
    {"pass", "fail", "inconclusive", "not_judged", "not_exercised", "not_applicable"});
}  // namespace seawall::model
