// How verdicts and findings read, the same on the terminal, in Markdown and in JUnit.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/verdict.hpp"

namespace seawall::reports {

// "pass", "fail", "inconclusive" or "error": what the findings say, but an exit status that stands
// for a run without a verdict (6, 70, 130, 143) is an error.
std::string_view verdict_word(const record::Verdict& verdict);
std::string verdict_label(const record::Verdict& verdict);  // "PASS", ...

// "ok", "FAIL", "INCONCLUSIVE", "NOT JUDGED", "NOT EXERCISED", "NOT APPLICABLE".
std::string_view status_label(record::Finding::Status status);

// "A1 no-double-charge": the name with the id before it, where there is one.
std::string title_of(const record::Finding& finding);
// "C1 converges: 7.2 s, expected <= 6 s (orders o-4711, o-4719 and 3 more)".
std::string line_of(const record::Finding& finding);

// Whether somebody has to look at it: it failed, or could not be judged and matters.
bool needs_attention(const record::Finding& finding);

// "o-4711, o-4719 and 3 more"; empty where it has none.
std::string orders_words(const record::Finding& finding);

// "2 failed, 1 inconclusive, 14 passed, 3 not exercised"; what there is none of is left out.
std::string counts_of(const record::Verdict& verdict);

// What needs attention first: failed, inconclusive, not judged, not exercised, passed, not
// applicable; otherwise in the order of the verdict, but for what keeps the system down
// (METASTABLE), which stands before what it keeps from being mended. Pointers into `verdict`.
std::vector<const record::Finding*> by_urgency(const record::Verdict& verdict);

// Texts of others may hold what a terminal would obey, or what turns the text around it: controls
// become blanks, other hidden characters (hidden_text.hpp) and what is no UTF-8 U+FFFD.
std::string printable(std::string_view text);
std::string printable_lines(std::string_view text);  // the same, and line ends stay

// In lines of at most 96 columns, as far as blanks allow, every one behind `indent` blanks, those
// after the first behind `more` besides.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t more = 0);

}  // namespace seawall::reports
