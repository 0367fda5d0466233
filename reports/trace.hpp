// events.jsonl: what happened, one object a line, in the order of (t, n).
//
//   {"t":10000000000,"n":412,"kind":"fault","name":"payment-slow","what":"armed"}
//
// It holds no wall time, path, host, port or process id, so in virtual time the same scenario and
// seed give the same bytes on every machine. The trace hash tells runs apart: it is made of all
// that the record holds of what happened, not of the file alone.
#pragma once
#include <cstdint>
#include <string>

#include "harness/record/record.hpp"

namespace seawall::reports {

// In each of the files of a run that have a line for each thing that happened.
inline constexpr std::size_t lines_of_file = 200'000;

// SHA-256, in hexadecimal, of each kind of rows of a record, every row and every field of it.
struct TraceParts {
  std::string events;   // of their lines: of events.jsonl, unless some have no line there
  std::string journal;  // of the requests on the links
  std::string history;  // of the requests as their clients saw them
  std::string ledger;   // of the durable writes
  bool operator==(const TraceParts&) const = default;
};

// What trace hashes are made of. 1 was the SHA-256 of events.jsonl alone. Whoever changes what goes
// into one, or how, adds 1, so that no recorded run is said to differ because of that.
inline constexpr std::int64_t trace_version = 2;

struct Trace {
  std::string lines;
  TraceParts parts;
  std::string hash;          // of the parts
  std::int64_t omitted = 0;  // events that have no line, those that the recorder dropped included
};

// `t` is ns since time 0, negative in the warm-up. At most `most` events have a line: phases,
// faults, nodes, stops and checks first, of the others a sample keyed by `seed` and n. Where some
// have none, a last line of kind "omitted" counts them. `record` is sorted.
Trace make_trace(const record::Record& record, std::uint64_t seed,
                 std::size_t most = lines_of_file);

std::string sha256(std::string_view bytes);

}  // namespace seawall::reports
