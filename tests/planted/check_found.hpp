// Whether the harness finds a bug.
//
//   check_found({Bug::tombstone_missing, R"( ... )", "all-or-nothing"});
//
// From each of a few seeds: without the bug the verdict is a pass; with it the exit code says what
// kind of promise was broken (1: an invariant, 3: a service level alone), and the promise named is
// among those that were.
#pragma once
#include "tests/planted/judged.hpp"

namespace seawall::test {

void check_found(const Mutant& mutant);

}  // namespace seawall::test
