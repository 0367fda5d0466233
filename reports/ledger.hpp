// ledger.jsonl: the durable writes of a run, as its judges read them from the stores, one object a
// line, by the time at which they were submitted.
//
//   {"t":1503400000,"node":"payment","write":281,"batch":140,"machine":"charge","order":"o-79",
//    "subject":"order 79","from":"-","to":"captured","key":"key-79/charge","amount":1999}
//
// "write 281 of payment", as verdicts and stories say it, is the line with this node and write.
#pragma once
#include <string>

#include "reports/run_report.hpp"

namespace seawall::reports {

// Of those that are not among the first, at most so many.
inline constexpr std::size_t most_named_rows = 10'000;

// `t` is ns since time 0; what is empty or 0 is left out. After the first `most` rows a line counts
// all the others, and of these the ones follow that findings name, and those of the orders that
// they name, by time: what a verdict says can be looked up, and the first rows stay the same
// whatever it says. Services of the user's own have no ledger, and an empty file.
std::string ledger_jsonl(const RunReport& report, std::size_t most);
std::string ledger_jsonl(const RunReport& report);

}  // namespace seawall::reports
