// Runs one command to its end. The one place where probes make processes.
#pragma once
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {

inline constexpr std::size_t longest_output = 1 << 20;  // bytes

// What it printed on its standard output. It is sought on the PATH where its first word has no
// slash, runs in `folder` (empty: the current one) with the environment of this process and no
// input, and has ended with status 0. Blocks until then, at most until `limit`; nothing of its
// process group is left afterwards. The error is a sentence with the end of what it said.
base::expected<std::string, std::string> output_of(const std::vector<std::string>& words,
                                                   const std::string& folder, const Limit& limit);

}  // namespace seawall::probe
