// One fault by itself: a table with the keys of [[fault]], for who has a link and no scenario. It
// acts from now on until it is taken away, and so the keys that place a fault in a scenario (where,
// when, how often it must hit) are none of its own.
#pragma once
#include <vector>

#include "harness/model/fault.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// The fault that `table` states, in the words of `kinds`, which are all of links; it is on no link
// yet. What is wrong goes to `problems`, and then nothing comes back.
std::optional<model::Fault> read_fault(const Value& table,
                                       const std::vector<model::KindWords>& kinds,
                                       Problems& problems);

}  // namespace seawall::scenario
