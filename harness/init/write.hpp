// A system as a first scenario: TOML with comments that say what was guessed and what is to be
// filled in. What it gives is valid as it is.
#pragma once
#include <string>

#include "harness/init/wiring.hpp"

namespace seawall::init {

// `name` of the scenario, "shop"; `root`: the folder of the services as seen from the file, empty
// where that is the file's own.
std::string to_toml(const System& system, const std::string& name, const std::string& root);

}  // namespace seawall::init
