// A comparison, for people and for programs: the same table on the terminal, in Markdown and in
// JSON. In JSON all numbers are integers but p, and units are in the names.
//
//   all requests        A         B     change          interval        p  tolerated
//     p50         4.21 ms   4.64 ms    +10.2 %     +8.1 .. +12.4   0.0078        3 %  WORSE
#pragma once
#include <string>

#include "harness/compare/comparison.hpp"

namespace seawall::reports {

// `exit`: what the command will end with, as --fail-on has it.
std::string comparison_text(const compare::Comparison& comparison, int exit);
std::string comparison_markdown(const compare::Comparison& comparison, int exit);
std::string comparison_json(const compare::Comparison& comparison, int exit);

}  // namespace seawall::reports
