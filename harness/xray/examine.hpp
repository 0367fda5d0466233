// Looks at one link after another: a quiet run that shows who needs it, then a staircase of faults,
// first with one call at a time and then with many. Each experiment is a run of its own, from a
// fresh start, so that no breaker and no budget remembers the one before.
//
//   quiet > silence, refused, reset, 503, reply lost > all failing > a breaker? how long, how many
//                                                    > slow, many at once > client that leaves
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "harness/xray/findings.hpp"

namespace seawall::xray {

struct Settings {
  Duration patience = std::chrono::seconds(60);  // of the client; who waits longer has no timeout
  Duration failing = std::chrono::seconds(75);   // how long all calls fail, for a breaker to show
  std::int64_t starts = 8;    // with one call under silence, for what is drawn or measured
  std::int64_t repeated = 8;  // the same under each other fault
  std::int64_t openings = 1;  // of a breaker; more where calls may overlap
  Duration crowded = std::chrono::milliseconds(1);  // from one request to the next, in a crowd
  Duration noise = std::chrono::milliseconds(5);    // of what is measured: see conclude()
  std::vector<base::Link> links;                    // to be looked at
};

// Runs a scenario and gives what was recorded; absent: it is over, because it could not be run or
// its user has had enough. Whoever gives it says why.
using Run = std::function<std::optional<record::Record>(const model::Scenario&)>;

// What was found until it was over. `base` outlives the call.
Xray examine(const model::Scenario& base, const Settings& settings, const Run& run);

// About how many runs that takes.
std::int64_t cost(const Settings& settings);

}  // namespace seawall::xray
