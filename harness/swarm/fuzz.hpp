// Fuzzing: many orders at a time under random plans, run after run, each judged by the invariants
// that judge one order.
//
//   seed, number of the run --> its seed --> its pace, the kinds that are on, its faults --> play
//                                            --> what it broke --by signature--> groups
//                                            each: fewest faults, shrunk, robustness, story, hint
//
// A run depends on the seed and its number alone: any number of threads, and any dealing of the
// numbers to shards, finds the same. Only a budget of time may end it anywhere.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/swarm/result.hpp"
#include "harness/swarm/scene.hpp"

namespace seawall::swarm {

struct Setup {
  Ground ground;
  std::string version;       // of seawall, for the result
  std::int64_t orders = 20;  // in each run
  std::int64_t first = 1;    // number of the first run
  std::int64_t runs = 0;     // of all shards together; 0: until `spent`
  std::int64_t shard = 1;    // of `shards`: of the runs from `first` on, each shards-th
  std::int64_t shards = 1;
  explore::TimeLimit time;
  explore::InParallel in_parallel;
  std::function<void(std::int64_t)> ended;  // runs so far; may be empty
};

// The error is the user's: the scenario has no order, or cannot be explored.
base::expected<Result, base::Diagnostic> fuzz(const Setup& setup);

// What each of its runs does, as a number: to compare builds of the program.
std::vector<std::uint64_t> traces(const Setup& setup);

}  // namespace seawall::swarm
