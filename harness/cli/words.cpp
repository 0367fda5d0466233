#include "harness/cli/words.hpp"

#include "faults/kinds/kind.hpp"
#include "harness/check/invariants.hpp"
#include "harness/check/measures.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {

const model::Vocabulary& words() {
  static const model::Vocabulary words = [] {
    model::Vocabulary all;
    shop::add_words(all);
    all.kinds = kinds::words();
    all.patterns = {"timeout",     "retry",    "retry_budget",      "circuit_breaker", "bulkhead",
                    "fallback",    "capacity", "rate_limiter",      "throttle",        "hedge",
                    "idempotency", "cache",    "concurrency_limit", "coalescing",      "outlier"};
    all.measures = check::measure_words();
    all.invariants = check::invariant_names();
    return all;
  }();
  return words;
}

}  // namespace seawall::cli
