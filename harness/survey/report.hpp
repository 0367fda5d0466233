// The resilience matrix for people and for programs.
//
//   place-order   201 after 18 ms without a fault
//     [1] orders -> payments POST /charge
//                             [1]
//     request lost            survives
//     reply lost              corrupts
#pragma once
#include <string>

#include "harness/survey/survey.hpp"

namespace seawall::survey {

std::string survey_text(const Survey& survey);
std::string survey_json(const Survey& survey, int exit);
// A page of its own; its links lead to the folders of the cells beside it.
std::string survey_html(const Survey& survey, int exit);

// What the three have in common.
std::string headline(const Survey& survey);
// What was tried and what it came to: "48 cells in 61 runs: 31 survives, ...".
std::string counts_text(const Survey& survey);
// What a reader has to know to trust it; mostly empty.
std::vector<std::string> remarks_of(const Survey& survey);
// Whether an answer to it was seen without any fault, which all else is compared with.
bool was_seen(const Surveyed& one);
// The cell of this request at this place; null where this trouble was not tried there.
const Cell* cell_at(const Survey& survey, std::size_t request, std::size_t place, Trouble trouble);
// Those of the request, in their order.
std::vector<Trouble> troubles_of(const Survey& survey, std::size_t request);

}  // namespace seawall::survey
