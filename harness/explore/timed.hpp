// Faults that last for a time, as text: entries of [[fault]] with a window. What people read of one
// is its lines, so that they can be copied.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harness/explore/outcomes.hpp"

namespace seawall::explore {

// Of a time that is made shorter: one below is not worth a step.
inline constexpr base::Duration shortest = std::chrono::milliseconds(100);

// `lines` are those of an entry [[fault]]: "type = \"pause\"", "on = \"payment\"", ...
FaultText fault_for_a_time(const std::vector<std::string>& lines);

// The same fault from the start of the load on. Nothing where it is none that lasts for a time, or
// begins there anyway.
std::optional<FaultText> from_the_start(const std::string& toml);

// The same fault, in all ways one step plainer, best first: for every request instead of a share of
// them, from the start on, for half the time. Nothing where it is none that lasts for a time, or
// not longer than what is worth a step.
std::vector<FaultText> plainer_in_time(const std::string& toml);

}  // namespace seawall::explore
