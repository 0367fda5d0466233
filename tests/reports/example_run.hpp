// A small run that was made up, with every kind of finding in it, for the tests of the reports.
#pragma once
#include "reports/run_report.hpp"

namespace seawall::reports {

class ExampleRun {
 public:
  ExampleRun();
  // Refers to this run, which must outlive it.
  RunReport report() const& { return make_run_report(scenario, record, verdict, facts); }

  model::Scenario scenario;
  record::Record record;
  record::Verdict verdict;
  RunFacts facts;
};

// The same for all tests.
inline const ExampleRun& example() {
  static const ExampleRun run;
  return run;
}

}  // namespace seawall::reports
