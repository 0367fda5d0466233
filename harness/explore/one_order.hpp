// What of a scenario is explored: its target, stock, policy and saga, and the first request of its
// load that makes an order. It is sent once (or several times), and nothing else happens: no
// windows, no service levels, no other load.
//
// The result is the text of a scenario again, so that what is explored, and what is found, can be
// run by everything that runs scenarios.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::explore {

// The orders that are sent, and when.
struct Sending {
  std::int64_t orders = 1;
  base::Duration gap{};               // between two of them, at least 5 ms; 0: all at once
  std::optional<std::uint64_t> seed;  // absent: that of the scenario
  base::Duration least{};             // the load lasts at least so long
};

// From the start of the load to the first of them, so that every fault is armed before.
inline constexpr base::Duration first_request = std::chrono::milliseconds(10);

// The error is the user's: there is no request that makes an order, or the target is none that runs
// in virtual time.
base::expected<std::string, base::Diagnostic> one_order(const model::Scenario& scenario,
                                                        const Sending& sending);
inline base::expected<std::string, base::Diagnostic> one_order(const model::Scenario& scenario,
                                                               std::int64_t orders) {
  return one_order(scenario, Sending{orders, {}, {}, {}});
}

// What is said where the request that was sent has made no order.
base::Diagnostic no_order(const model::Scenario& scenario);

}  // namespace seawall::explore
