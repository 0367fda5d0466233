// The program of the tests that start processes; it is their shim, too.
#pragma once
#include <string>
#include <vector>

#include "harness/os/shim.hpp"

namespace seawall::os::test {

inline const std::vector<std::string> shim = {OS_UNRULY, std::string(shim_word)};

}  // namespace seawall::os::test
