// How a comparison reads, the same on the terminal, in Markdown and on a page.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/comparison.hpp"

namespace seawall::reports {

// "PASS", "FAIL", "REGRESSION", "INCONCLUSIVE".
std::string_view verdict_label(compare::Comparison::Verdict verdict);
// What the table's numbers are: exact, of pairs, or medians.
std::string how_compared(const compare::Comparison& comparison);
std::string runs_text(std::size_t runs);  // "1 run"
// What broke, was missed or was mended, and the notes, each as a sentence.
std::vector<std::string> remarks_of(const compare::Comparison& comparison);

// The table, cell by cell: metric, A, B, change, interval, p, tolerated, standing.
using ComparisonLine = std::array<std::string, 8>;
ComparisonLine comparison_head(const std::string& first);
ComparisonLine comparison_line(const compare::Row& row);
// Which of them are shown: in exact comparisons there is no interval and no p.
std::vector<std::size_t> comparison_columns(const compare::Comparison& comparison);
// "all requests" for no name.
std::string_view shown_name(const std::string& request);

}  // namespace seawall::reports
