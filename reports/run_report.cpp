#include "reports/run_report.hpp"

#include <utility>

#include "reports/redaction.hpp"

namespace seawall::reports {

RunReport make_run_report(const model::Scenario& scenario, const record::Record& record,
                          const record::Verdict& verdict, RunFacts facts) {
  RunReport report{&scenario, &record, verdict, std::move(facts),
                   make_trace(record, scenario.run.seed)};
  const Redaction redaction(scenario.redact_headers);
  for (record::Finding& finding : report.verdict.findings)
    for (std::string* text : {&finding.name, &finding.value, &finding.limit, &finding.why})
      *text = redaction.apply(*text);
  return report;
}

}  // namespace seawall::reports
