// junit.xml: one test case for each check, for CI servers. A broken check is a failure; an
// inconclusive one is an error of type "inconclusive", because a skipped test would look green.
// What there was nothing to judge of, and from which nothing follows, is skipped.
#pragma once
#include <string>
#include <string_view>

#include "reports/run_report.hpp"

namespace seawall::reports {

std::string junit_xml(const RunReport& report);

// `text` as XML 1.0 may hold it: hidden characters (hidden_text.hpp) and what is no UTF-8 become
// U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace seawall::reports
