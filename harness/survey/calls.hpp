// The calls that a request causes, read from the journal of the links while the same request is
// sent a few times without any fault:
//
//   client   |-- request 1 --|            |-- request 2 --|          ...
//   A -> B     |-1-| |-2-|                  |-1-| |-2-|              two calls of each
//
// What a service does by itself (polling, say) falls into the time of some request now and then, so
// only what comes with each of them counts.
#pragma once
#include <string>
#include <vector>

#include "harness/record/record.hpp"
#include "harness/xray/calls.hpp"

namespace seawall::survey {

using base::Duration;
using base::TimePoint;

// The n-th of those of a request that ask a link for the same thing.
struct Call {
  base::Link link;
  xray::Operation operation;
  std::int64_t ordinal = 1;
  bool is_last = true;  // of them
  Duration after{};     // the request was sent; the soonest that was seen
};
// "orders -> payments POST /charge", with " #2" where there are several.
std::string to_text(const Call& call);

// Whether this row of the journal asks for this, as a fault's match has it, which is why the paths
// of two operations may both be met by one row.
bool meets(const xray::Operation& operation, const record::Exchange& row);

// In the order in which they come. `sent`: when each of the requests was sent; `end`: of what is
// looked at. Of calls that ask for the same thing, at most `most_alike` are told apart, and the
// last of them.
std::vector<Call> calls_between(const record::Record& record, const std::vector<TimePoint>& sent,
                                TimePoint end);
inline constexpr std::int64_t most_alike = 3;

}  // namespace seawall::survey
