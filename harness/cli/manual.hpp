// The manual page seawall(1), in the macros of man(7).
#pragma once
#include <string>

#include "harness/cli/command_tree.hpp"

namespace seawall::cli {

// `version` as in "0.1.0".
std::string manual_page(const Command& program, const std::string& version);

}  // namespace seawall::cli
