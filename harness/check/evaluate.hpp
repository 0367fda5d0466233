// Evaluates the expressions of a scenario. A value, or why there is none: a failure (the check
// fails), too little evidence (inconclusive), or a fault that this run does not have.
//
// `and` and `or` follow Kleene: what is false stays false whatever is unknown beside it. A
// comparison that holds by a blind value is blind, which counts as unknown.
#pragma once
#include <vector>

#include "harness/check/focus.hpp"
#include "harness/model/expression.hpp"

namespace seawall::check {

// One comparison within an expression, as it came out: what a reader of the verdict wants to see.
struct Comparison {
  std::string measured;  // the left side's value, or why it has none
  std::string limit;     // "< 300 ms"
  std::string remark;    // of the left side's value; mostly empty
};

// Appends the comparisons that were made to `seen`, where it is not null.
Outcome evaluate(const model::Expression& expression, const Focus& focus,
                 std::vector<Comparison>* seen = nullptr);

}  // namespace seawall::check
