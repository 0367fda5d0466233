// What `seawall run` prints when a run has ended: a line for each check, what failed first, with
// the reason under whatever needs one, and how to run it again. Of a scenario that was found by
// exploring (found_tag, unproven_tag), what needs attention alone, and the counts.
//
//   FAIL  invariant  B1 every-saga-settled: 3 open (orders o-4711, o-4719, o-5230)
//                    An order that has begun must end; these were still open after 30 s.
//   ok    slo        recovery after payment-slow: 1.0 s <= 6 s
//   FAIL: 1 failed, 1 passed
//   replay: seawall replay out/latest   exit 1
#pragma once
#include <string>
#include <string_view>

#include "reports/run_report.hpp"

namespace seawall::reports {

// `folder`: of the run, as its user would write it; empty: it has none. Colour is ANSI's.
std::string terminal_text(const RunReport& report, std::string_view folder, bool colour);
// Of a run that is over, as its run.json has it.
std::string terminal_text(const record::Verdict& verdict, std::string_view folder, bool colour);

}  // namespace seawall::reports
