// What the wire journal says about links as a whole: how many requests went over each, and how many
// of them were first attempts. Used by the measures and by what judges the load after a fault.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "harness/check/observations.hpp"

namespace seawall::check {

// A journal sees the end of a call a little later than its caller: no verdict hangs on less.
inline constexpr Duration deadline_slack = std::chrono::milliseconds(100);

struct Attempts {
  std::int64_t all = 0;    // requests on the wire
  std::int64_t first = 0;  // of them, first attempts of a call
  double per_call() const {
    return first == 0 ? 0 : static_cast<double>(all) / static_cast<double>(first);
  }
};

// By link, those to instances together, in a window of `sent`. Links of the client are left out:
// what the load repeats is what it was told to send.
std::map<base::Link, Attempts> attempts_between_services(const Observations& observations,
                                                         const Window& window);

}  // namespace seawall::check
