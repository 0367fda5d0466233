// What a run says to GitHub Actions: an annotation for each finding that needs attention, and the
// summary of the step.
#pragma once
#include <string>

#include "reports/run_report.hpp"

namespace seawall::cli {

// Workflow commands, one a line ("::error file=...,line=...,title=...::..."), for stdout: at the
// line of the check in its scenario, or at the file where the check is the target's.
std::string github_annotations(const reports::RunReport& report);

// Whether this is said to GitHub: --ci github, or --ci auto there.
bool is_on_github(const std::string& ci);

// Appends to the file that $GITHUB_STEP_SUMMARY names, if it does.
void append_to_step_summary(const std::string& markdown);
void append_step_summary(const reports::RunReport& report);

}  // namespace seawall::cli
