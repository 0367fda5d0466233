// compare.html: two sides on one page, complete without scripts: the verdict, how much each
// quantile changed, the whole distributions, the table.
#pragma once
#include <string>

#include "harness/compare/comparison.hpp"

namespace seawall::reports {

// `a` and `b` are what `comparison` is of; sides without runs give no plots.
std::string comparison_html(const compare::Comparison& comparison, const compare::Side& a,
                            const compare::Side& b, int exit);

}  // namespace seawall::reports
