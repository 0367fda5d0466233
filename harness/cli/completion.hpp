// Scripts by which bash, zsh and fish complete the words of the command line. They hold all words
// themselves; only the names of scenarios are asked of the program when they are wanted.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/cli/command_tree.hpp"

namespace seawall::cli {

// What a value may be, by what it is called in the help: "SERVICE" -> gateway, order, ...
using ValueWords = std::map<std::string, std::vector<std::string>>;

std::string bash_completion(const Command& program, const ValueWords& values);
std::string zsh_completion(const Command& program, const ValueWords& values);
std::string fish_completion(const Command& program, const ValueWords& values);

}  // namespace seawall::cli
