// The harness against the bugs that it is there for: a scenario, read from its text as a user's
// file is, run from warm-up to verdict in the simulated world, with and without a planted bug.
//
//   judged({Bug::tombstone_missing, R"( ... )", "all-or-nothing"}, 1, Bug::tombstone_missing)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "targets/bugs.hpp"

namespace seawall::test {

struct Mutant {
  Bug bug = Bug::none;
  std::string scenario;  // laid behind the run and load that all of them share
  std::string breaks;    // an invariant, or the name of a service level
  std::string_view name = {};
};

struct Judged {
  int exit = 0;
  std::vector<std::string> broken;  // invariants and service levels, by name
  std::string text;                 // all that is not well, for whoever reads a failed test
};

// Runs the mutant's scenario whole, with this bug. A text that does not read ends the program.
Judged judged(const Mutant& mutant, std::uint64_t seed, Bug bug);

}  // namespace seawall::test
