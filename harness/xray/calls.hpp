// The journal of a link as calls of its caller. A proxy sees requests; which of them are repeats of
// one call is found out from what the caller itself was asked for, one request at a time:
//
//   client -> A   |--------- request 1 ---------|      |--------- request 2 ...
//   A -> B          |-- 1 --|  |-- 2 --|  |-- 3 --|      |-- 1 ...     one call each, three
//   attempts
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::xray {

using base::Duration;
using base::TimePoint;

// What a link is asked for: the method and the shape of the path, in which each part that holds a
// digit is '*' ("POST /orders/*").
struct Operation {
  model::Method method = model::Method::get;
  std::string path;
  auto operator<=>(const Operation&) const = default;
};
std::string to_text(const Operation& operation);
Operation operation_of(const record::Exchange& row);

// What of a link is looked at.
struct Subject {
  base::Link link;
  Operation operation;
  // A request to the caller needs it once at most: whatever else it brings are repeats.
  bool once = true;
};

struct Call {
  const record::Exchange* cause = nullptr;  // what its caller was asked for
  std::vector<const record::Exchange*>
      attempts;  // while somebody waited for it, by time; at least one
  std::vector<const record::Exchange*> afterwards;  // the caller went on for itself
};

// Of the requests that the client sent in the load phase, by time. Where one needs several calls,
// the repeats of each are told from the others by path, key and body. The record outlives them.
std::vector<Call> calls_on(const record::Record& record, const Subject& subject);

// What the caller of this link was asked for in the load, by time.
std::vector<const record::Exchange*> requests_to_caller(const record::Record& record,
                                                        const base::Link& link);

// All that reached the link at `from` or later and asks for this, by time.
std::vector<const record::Exchange*> rows_on(const record::Record& record, const Subject& subject,
                                             TimePoint from);

// The operation that most requests of the client needed of this link, in a run without faults; of
// equals the one that comes first in a request. Absent: nothing reached the link.
std::optional<Subject> main_subject(const record::Record& record, const base::Link& link);

}  // namespace seawall::xray
