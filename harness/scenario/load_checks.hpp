// What a request of the load draws from a file of rows.
#pragma once
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::scenario {

// The columns of {{row COLUMN}} in all of its texts.
std::vector<std::string> columns_of(const model::RequestSpec& request);

}  // namespace seawall::scenario
