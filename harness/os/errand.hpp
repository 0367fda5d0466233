// A command that is run to its end, within a limit of time.
#pragma once
#include <stop_token>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/os/child.hpp"

namespace seawall::os {

// Returns when it has ended with status 0. The error is the rest of a sentence that begins with the
// command: how it ended and its last lines, that it could not be started, or that it was killed,
// because it took longer than `limit` or because `stop` came first. Nothing of it is left, nor of
// what it has started.
base::expected<void, std::string> run_errand(const std::vector<std::string>& shim,
                                             const Command& command, base::Duration limit,
                                             const std::stop_token& stop = {});

// "`docker pause payments`", for messages.
std::string to_text(const std::vector<std::string>& words);

}  // namespace seawall::os
