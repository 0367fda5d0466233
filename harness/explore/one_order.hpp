// What of a scenario is explored: its target, stock, policy and saga, and the first request of its
// load that makes an order. It is sent once (or `orders` times at the same moment), and nothing
// else happens: no windows, no service levels, no other load.
//
// The result is the text of a scenario again, so that what is explored, and what is found, can be
// run by everything that runs scenarios.
#pragma once
#include <cstdint>
#include <string>

#include "harness/base/result.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::explore {

// The error is the user's: there is no request that makes an order, or the target is none that runs
// in virtual time.
base::expected<std::string, base::Diagnostic> one_order(const model::Scenario& scenario,
                                                        std::int64_t orders);

}  // namespace seawall::explore
