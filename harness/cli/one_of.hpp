// An option whose value is one of a few words, which the help, the completion and the manual name.
#pragma once
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/base/text.hpp"

namespace seawall::cli {

inline void one_of(CLI::Option& option, const std::vector<std::string>& words) {
  option.type_name(base::join(words, "|"));
  option.check(CLI::IsMember(words).description(""));
}

}  // namespace seawall::cli
