// The table of reports: which files a run has. A new report is one writer and one row.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run_report.hpp"

namespace seawall::reports {

struct Report {
  std::string_view format;  // as `[report] formats` names it; empty: always written
  std::string_view file;
  std::string (*text)(const RunReport& report);
  std::string_view what;  // for who looks at the folder
};

// run.json stands first: a folder that has it is a run.
std::span<const Report> all_reports();

// Whether `[report] formats` asks for it; where it is empty, it asks for all.
bool is_wanted(const Report& report, const std::vector<std::string>& formats);

}  // namespace seawall::reports
