#include "tests/planted/check_found.hpp"
#include "tests/planted/pattern_mutants.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("each bug of a pattern is found, and none where there is none", "[planted]") {
  for (const Mutant& mutant : pattern_mutants()) {
    INFO(mutant.name);
    check_found(mutant);
  }
}

}  // namespace seawall::test
