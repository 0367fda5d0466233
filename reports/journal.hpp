// journal.jsonl: the requests on every link of a run, one object a line, by the time at which they
// came. What a system without any read endpoint is judged by, and what a dashboard is fed with.
//
//   {"t":1500000000,"link":"order -> payment","subject":"order 79","operation":"charge","n":1,
//    "method":"POST","path":"/charge","status":201,"ns":9800000,"faults":["payment-slow"]}
#pragma once
#include <string>

#include "reports/run_report.hpp"

namespace seawall::reports {

// `t` is ns since time 0, `ns` from there to the end; "failure" stands in the place of a status,
// and neither where it was still open. Queries are left out: they may hold secrets. After the first
// `most` lines a last one counts what was left out.
std::string journal_jsonl(const RunReport& report, std::size_t most);
std::string journal_jsonl(const RunReport& report);

}  // namespace seawall::reports
