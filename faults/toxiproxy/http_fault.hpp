// A fault of requests on a proxy, in the words of a scenario's [[fault]] as JSON:
//
//   {"name": "t42", "type": "http_abort", "status": 503, "match": {"header": {"X-Test-Id": "t42"}}}
//
// Its keys, its checks and what is said of mistakes are those of the scenario reader.
#pragma once
#include <string>
#include <vector>

#include "faults/toxiproxy/refusal.hpp"
#include "harness/model/fault.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::toxiproxy {

struct HttpFault {
  model::Fault fault;     // on no link yet
  bool has_name = false;  // that somebody gave it
  scenario::Value words;  // as they were given, without the name
};

// A fault, and what it did so far.
struct HttpFaultState {
  HttpFault fault;
  std::int64_t matched = 0;  // requests
  std::int64_t acted = 0;    // on so many of them
};

// The kinds of fault that act on requests.
const std::vector<model::KindWords>& http_fault_kinds();

Outcome<HttpFault> read_http_fault(const std::string& text);

}  // namespace seawall::toxiproxy
