// The harness against the bugs that it is there for: a scenario, read from its text as a user's
// file is, run from warm-up to verdict in the simulated world, with and without a planted bug.
//
//   check_found({Bug::tombstone_missing, R"( ... )", "all-or-nothing"});
//
// From each of a few seeds: without the bug the verdict is a pass; with it the exit code says what
// kind of promise was broken, and the promise named is among those that were.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "targets/bugs.hpp"

namespace seawall::test {

struct Judged {
  int exit = 0;
  std::vector<std::string> broken;  // invariants and service levels, by name
  std::string text;                 // all that is not well, for whoever reads a failed test
};

// Runs the scenario of this text whole. A text that does not read ends the test.
Judged judged(const std::string& text, std::uint64_t seed, Bug bug);

struct Mutant {
  Bug bug = Bug::none;
  std::string scenario;  // laid behind the run and load that all of them share
  std::string breaks;    // an invariant, or the name of a service level
};

// An invariant that breaks is exit code 1, a service level alone 3.
void check_found(const Mutant& mutant);

}  // namespace seawall::test
