// events.jsonl: what happened, one object a line, in the order of (t, n).
//
//   {"t":10000000000,"n":412,"kind":"fault","name":"payment-slow","what":"armed"}
//
// It holds no wall time, path, host, port or process id, so in virtual time the same scenario and
// seed give the same bytes on every machine, and its SHA-256, the trace hash, tells runs apart.
#pragma once
#include <cstdint>
#include <string>

#include "harness/record/record.hpp"

namespace seawall::reports {

struct Trace {
  std::string lines;
  std::string hash;          // SHA-256 of `lines` in hexadecimal
  std::int64_t omitted = 0;  // events that have no line, those that the recorder dropped included
};

// `t` is ns since time 0, negative in the warm-up. At most `most` events have a line: phases,
// faults, nodes, stops and checks first, of the others a sample keyed by `seed` and n. Where some
// have none, a last line of kind "omitted" counts them. `record` is sorted.
Trace make_trace(const record::Record& record, std::uint64_t seed, std::size_t most = 200'000);

std::string sha256(std::string_view bytes);

}  // namespace seawall::reports
