// The sections of a run's page, each a function from the run to markup; empty where the run has
// nothing to show there.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/charts/percentile_chart.hpp"
#include "reports/html/series.hpp"
#include "reports/html/story.hpp"
#include "reports/run_report.hpp"

namespace seawall::reports {

// The verdict and what was run, in two lines.
std::string headline_section(const RunReport& report);
// What the faults did to the run, in a line for each.
std::string injected_section(const RunReport& report);
// What failed or could not be judged: the reason, the orders, the faults and where to look.
std::string reasons_section(const RunReport& report, const std::optional<Story>& story);
// How a run that was found by exploring came about, and what would have prevented it.
std::string found_section(const RunReport& report);
std::string checks_section(const RunReport& report);

// Charts over the load phase.
std::string latency_section(const RunReport& report, const LoadFigures& figures);
// Goodput and errors.
std::string outcome_section(const RunReport& report, const LoadFigures& figures);
std::string breaker_section(const RunReport& report);
std::string repeats_section(const RunReport& report);   // and amplification
std::string capacity_section(const RunReport& report);  // queues and requests in flight

// This run's latencies by percentile, beside those of a baseline where there is one.
std::string percentile_section(const LoadFigures& figures,
                               const std::optional<charts::PercentileSeries>& baseline);

std::string faults_section(const RunReport& report);
std::string patterns_section(const RunReport& report);
std::string story_section(const std::optional<Story>& story);

// How much the run can be trusted: the machine, the load, the samples.
std::string validity_section(const RunReport& report, const LoadFigures& figures);
std::string files_section(const RunReport& report);

}  // namespace seawall::reports
