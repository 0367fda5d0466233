// Makes a plan that breaks something as small and as plain as it can be, and says how much of it is
// chance.
//
//   faults   each is left out, where the rest breaks the same thing
//   extent   a fault at every attempt is aimed at the first one alone
//   kinds    a fault is replaced by a plainer one at the same place: a lost message, an error
//   timings  times are halved
//
// The result is 1-minimal: no single one of these steps leads from it to a plan that still breaks
// the same invariant. Where the time is over first, it is as small as it was then.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>

#include "harness/explore/search.hpp"

namespace seawall::explore {

struct Shrunk {
  Violation violation;
  bool is_minimal = true;  // false: `spent` came first
};
// What is said of one that is not minimal.
inline constexpr std::string_view not_minimal = "not minimal, a smaller plan may break the same";

// `spent`: whether the time is over, or the user wants no more; empty: never.
Shrunk shrunk(const Stage& stage, Candidates& candidates, Violation violation,
              const std::function<bool()>& spent = {});

// With how many of so many other seeds (other delays, other draws) the plan breaks the same
// invariant.
struct Robustness {
  std::int64_t broken = 0;
  std::int64_t seeds = 0;
  // What is worth a try over real sockets, whose timing is another one each time.
  bool is_high() const { return seeds > 0 && broken * 100 >= seeds * 95; }
};
Robustness robustness(const Stage& stage, const Candidates& candidates, const Violation& violation,
                      std::int64_t seeds, const InParallel& in_parallel);

}  // namespace seawall::explore
