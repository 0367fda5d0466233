// report.html: a run on one page, for who has nothing else of it. It is complete without scripts,
// fetches nothing, and begins with the verdict and why it is what it is.
#pragma once
#include <optional>
#include <string>

#include "reports/charts/percentile_chart.hpp"
#include "reports/run_report.hpp"

namespace seawall::reports {

std::string report_html(const RunReport& report);

// With the percentiles of another run beside those of this one.
std::string report_html(const RunReport& report,
                        const std::optional<charts::PercentileSeries>& baseline);

}  // namespace seawall::reports
