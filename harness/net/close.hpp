// How a connection ends.
#pragma once
#include <cstdint>

namespace seawall::net {

enum class Close : std::uint8_t {
  fin,    // in order: the peer reads the end
  reset,  // RST: the peer gets an error, and what is under way is gone
};

}  // namespace seawall::net
