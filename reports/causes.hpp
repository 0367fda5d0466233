// What was injected, and which of it may be behind a finding: the same on the page, in the summary
// and in the test cases. It is found from the record alone, so it says what acted where, and never
// that one is the cause of the other.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/record/verdict.hpp"
#include "reports/run_report.hpp"

namespace seawall::reports {

// "latency +400 ms on order -> payment"; the name alone where the scenario has no such fault.
std::string fault_words(const model::Scenario& scenario, const std::string& name);
// "10 s to 20 s" of the load, "from 10 s", "never armed".
std::string window_words(const record::FaultUse& use, const record::Record& record);
// "once", "1,204 times".
std::string times_words(std::int64_t count);

// Null: a record of another scenario.
const model::Fault* fault_named(const model::Scenario& scenario, std::string_view name);

// The names of the faults that acted on a subject, each once, in the order of the scenario.
std::vector<std::string> faults_on(const record::Record& record, base::Subject subject);

// The request that an order of a finding is; nothing where the record does not know it.
std::optional<base::Subject> subject_of(const record::Record& record, std::string_view order);

struct Suspect {
  std::string fault;
  std::string remark;  // "acted on 3 of these 4 orders", "acted 28 times"
};
// Those that acted on the orders that it names, else those of its phase, else all that acted.
struct Suspects {
  std::vector<Suspect> faults;
  bool none_on_orders = false;  // it names orders, and on none of them a fault acted
};
Suspects suspects_of(const RunReport& report, const record::Finding& finding);

// "lost-replies (drop_reply on order -> payment, 10 s to 20 s) acted on order 79"; empty where
// the run has no faults.
std::string suspects_text(const RunReport& report, const record::Finding& finding);

}  // namespace seawall::reports
