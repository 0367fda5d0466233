// The words of scenarios about the shop, for programs of the tests that read some: those of the
// program itself (harness/cli/words.hpp) stand above what they link to.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "faults/kinds/kind.hpp"
#include "harness/check/invariants.hpp"
#include "harness/check/measures.hpp"
#include "harness/model/vocabulary.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::test {

// Beside `patterns` that a scenario may say it exercises.
inline model::Vocabulary shop_words(std::vector<std::string> patterns = {}) {
  model::Vocabulary all;
  shop::add_words(all);
  all.kinds = kinds::words();
  all.patterns = std::move(patterns);
  all.measures = check::measure_words();
  all.invariants = check::invariant_names();
  return all;
}

}  // namespace seawall::test
