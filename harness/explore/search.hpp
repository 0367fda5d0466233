// The systematic search: all single faults of an order, then all pairs, then all triples. Breadth
// first, so what is found first is smallest.
//
//   a run without faults --> its points --> singles --> pairs (also at points that only a single
//                                                       has brought about) --> triples
//
// Not every plan is run. A plan is not extended further
//   when one of its faults did not act: its point was not reached, so it is a smaller plan;
//   when nobody could tell it from a plan that was run before, because their traces are the same;
//   when it breaks something already.
// Nor is a plan run in which a fault cannot act: until it acts, the run is that of the others, so
// they must come to its point, find somebody listening there, and not have decided what becomes of
// that call or write. What is left out because of that is counted. The result depends on the
// scenario alone, whatever the number of threads; only a budget of time may end it anywhere.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/explore/candidates.hpp"
#include "harness/explore/ends.hpp"
#include "harness/explore/violation.hpp"

namespace seawall::explore {

// Calls `work(i)` for each i below `count`, on some threads, and returns when all have ended.
using InParallel =
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

// Where one is empty, never.
struct TimeLimit {
  // Whether the time is over, or the user wants no more. Ends the shrinking of what was found, too.
  std::function<bool()> spent;
  // Whether the rest of the time is for shrinking: ends a search that has found something.
  std::function<bool()> nearly_spent;

  bool ends_search(bool has_found) const {
    return (spent && spent()) || (has_found && nearly_spent && nearly_spent());
  }
};

struct Limits {
  int depth = 2;
  std::int64_t runs = 0;  // 0: no limit
  TimeLimit time;
};

// What became of the plans of one size.
struct Level {
  std::int64_t run = 0;
  std::int64_t not_reached = 0;  // of them: a fault did not act
  std::int64_t same = 0;         // of them: as a plan that was run before
  std::int64_t violations = 0;   // of them
  std::int64_t pruned = 0;       // not run
};

struct Searched {
  std::vector<Level> levels;  // by the number of faults, from 0
  std::vector<Violation> violations;
  std::size_t points = 0;           // where faults were aimed
  std::size_t points_of_order = 0;  // of these; at the others it comes after a fault alone
  std::size_t faults = 0;           // single faults, at these points and of the services
  Ends ends;                        // of the run without faults
  bool complete = false;            // nothing was left out but what is counted as pruned

  // An order was sent, and left a row.
  bool has_order() const { return !ends.empty(); }
};

// `ended` is told how many runs have ended so far, now and then.
Searched search(const Stage& stage, Candidates& candidates, const Limits& limits,
                const InParallel& in_parallel, const std::function<void(std::int64_t)>& ended = {});

// The faults of a plan, as play() takes them.
std::vector<const model::Fault*> faults_of(const Candidates& candidates, const Plan& plan);

}  // namespace seawall::explore
