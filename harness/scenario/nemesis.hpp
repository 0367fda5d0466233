// [nemesis]: faults drawn at random, from the seed of the run.
//
//   [nemesis] pick, among, every, for + seed  --draw_nemesis-->  [[fault]] nemesis-1, nemesis-2,
//   ...
//
// What is drawn is written into the document as if its author had stated it, with must_hit = 0, and
// the table is taken out. So it is checked, explained, run, recorded and replayed as any other
// fault, and the scenario that a run writes draws nothing any more.
#pragma once
#include <cstddef>

#include "harness/scenario/context.hpp"

namespace seawall::scenario {

// How many faults were appended to those of the document; none where it has no such table, or where
// something is wrong with it, which is reported.
std::size_t draw_nemesis(Context& context, Value& document);

}  // namespace seawall::scenario
