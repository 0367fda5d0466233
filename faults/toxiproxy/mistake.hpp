// What is wrong with a text that was read.
#pragma once
#include <cstddef>
#include <string>

#include "harness/base/result.hpp"

namespace seawall::toxiproxy {

// A sentence for the user about what stands there.
struct Mistake {
  std::size_t offset = 0;
  std::string sentence;
};

}  // namespace seawall::toxiproxy
