// The shop as explorers see it: its words, a scenario of it, and one order under the faults of a
// plan that is written as text.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/explore/explore.hpp"

namespace seawall::test {

const model::Vocabulary& words();

// A scenario of one load of orders, with these tables behind it.
model::Scenario shop_scenario(std::string_view tables = {});

// What explore() needs to look at so many orders of that scenario, on this thread.
explore::Setup shop_setup(std::string_view tables = {}, int depth = 1, int orders = 1);

}  // namespace seawall::test
