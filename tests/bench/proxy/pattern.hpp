// The bytes of every stream of the benchmark: a function of the offset, so that whoever receives
// one can tell that nothing is lost, doubled or out of order. The period is a prime, so that no
// buffer of a proxy is a multiple of it, and short, so that it stays in the cache of its core.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace seawall::bench {

constexpr std::size_t pattern_period = 65521;

// At most a period from this offset on.
inline std::span<const char> pattern_at(std::uint64_t offset, std::size_t most) {
  static const std::string twice = [] {
    std::string once(pattern_period, ' ');
    std::uint64_t state = 1;
    for (char& byte : once) {
      state = state * 6364136223846793005 + 1442695040888963407;
      byte = static_cast<char>(state >> 56);
    }
    return once + once;
  }();
  return {twice.data() + offset % pattern_period, most < pattern_period ? most : pattern_period};
}

// Whether these are the bytes of a stream from this offset on.
inline bool is_pattern(std::uint64_t offset, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const std::span<const char> expected = pattern_at(offset, bytes.size());
    if (std::memcmp(expected.data(), bytes.data(), expected.size()) != 0) return false;
    offset += expected.size();
    bytes = bytes.subspan(expected.size());
  }
  return true;
}

}  // namespace seawall::bench
