// What an exploration came to, as text for a terminal and as JSON. Both say what was covered and
// what was left out, because "0 violations" means nothing without that.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/explore/explore.hpp"

namespace seawall::explore {

// A finding over real sockets.
struct Confirmation {
  bool tried = false;
  bool broken = false;  // the same invariant
  std::string trouble;  // why it could not be tried; mostly empty
};

std::string to_text(const Confirmation& confirmation);

struct Report {
  std::string scenario;
  std::uint64_t seed = 0;
  std::int64_t orders = 1;
  int depth = 2;
  const Exploration* exploration = nullptr;
  std::vector<Confirmation> confirmations;  // by finding; empty where nobody asked for them
  std::string ended_by;  // what ended it before it was complete: "the budget", "Ctrl-C"
  int exit = 0;
};

// 1: something breaks; 5: nothing does so far, and the search is not complete, or no order is
// confirmed even without faults; 0: nothing does.
int exit_of(const Exploration& exploration);

std::string explore_text(const Report& report);
std::string explore_json(const Report& report);

}  // namespace seawall::explore
