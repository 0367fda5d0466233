#include "tests/planted/check_found.hpp"

#include <algorithm>

#include "harness/check/invariants.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

void check_passes(const Judged& sound) {
  INFO("without the bug\n" << sound.text);
  CHECK(sound.exit == 0);
}

void check_breaks(const Judged& ill, const std::string& promise) {
  INFO("with the bug\n" << ill.text);
  const std::vector<std::string> invariants = check::invariant_names();
  const bool costs_an_invariant =
      std::find_first_of(ill.broken.begin(), ill.broken.end(), invariants.begin(),
                         invariants.end()) != ill.broken.end();
  CHECK(std::find(ill.broken.begin(), ill.broken.end(), promise) != ill.broken.end());
  CHECK(ill.exit == (costs_an_invariant ? 1 : 3));
}

}  // namespace

void check_found(const Mutant& mutant) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    INFO("seed " << seed);
    check_passes(judged(mutant, seed, Bug::none));
    check_breaks(judged(mutant, seed, mutant.bug), mutant.breaks);
  }
}

}  // namespace seawall::test
