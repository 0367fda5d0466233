// Bugs of the patterns, each with a scenario whose service levels find it.
#pragma once
#include <vector>

#include "tests/planted/judged.hpp"

namespace seawall::test {

const std::vector<Mutant>& pattern_mutants();

}  // namespace seawall::test
