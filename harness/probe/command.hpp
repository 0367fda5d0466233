// Runs one command to its end.
#pragma once
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {

inline constexpr std::size_t longest_output = 1 << 20;  // bytes

// What it printed on its standard output. It runs under the shim of these words (os/child.hpp) with
// no input, and has ended with status 0. Blocks until then, at most until `limit` or its `stop`;
// nothing that it has started is left afterwards. The error is a sentence with the end of what it
// said.
base::expected<std::string, std::string> output_of(const std::vector<std::string>& shim,
                                                   os::Command command, const Limit& limit);

}  // namespace seawall::probe
