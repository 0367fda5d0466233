// Where a run that was replayed leaves its recording: which kinds of rows differ, as their hashes
// tell, and the first line that does, as the files of the recording tell. What clients were told
// stands in no file of a run, so of that it is known only that it differs.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/trace.hpp"

namespace seawall::reports {

// "requests on the links, durable writes"; empty: nothing differs.
std::string differing_parts(const TraceParts& recorded, const TraceParts& now);

struct LineDifference {
  std::optional<std::int64_t> t;  // ns since time 0, the earlier of the two; absent: none has one
  std::string file;      // "events.jsonl"
  std::size_t line = 0;  // from 1
  std::string recorded;  // without its end; empty: there are no more lines
  std::string now;       // the same
};

// Of two texts whose lines are in the order of time; nothing: they are equal.
std::optional<LineDifference> first_difference(std::string_view file, std::string_view recorded,
                                               std::string_view now);

}  // namespace seawall::reports
