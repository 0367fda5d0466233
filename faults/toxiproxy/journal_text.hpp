// The journal of a proxy over the API: what is asked for, and the rows as JSON.
//
// Times are nanoseconds of the clock of the proxy, which counts from no day; an answer says what it
// is now.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "faults/http/journal.hpp"
#include "faults/toxiproxy/refusal.hpp"

namespace seawall::toxiproxy {

// ?method=POST&path=/charge*&status=503&fault=NAME&since=30s&limit=100. `since` is a time before
// `now`, or a number that an answer said.
Outcome<http::Query> read_journal_query(
    const std::vector<std::pair<std::string, std::string>>& parameters, base::TimePoint now);

std::string to_json(const std::vector<http::Row>& rows, base::TimePoint now);

}  // namespace seawall::toxiproxy
