// Randomness as a pure function of a key. Every draw names what it is for (seed, subject, link,
// operation, label, n, purpose), so that taking a fault out of a plan, or a request out of a load,
// changes no other draw; a sequential generator would change all that follow.
//
//   auto draw = KeyedRandom(env.seed()).with(subject).with("order->payment").with("jitter");
//   draw.below(100);        // the same on every machine and compiler
//   draw.with(2).bits();    // the draw number 2 of the same purpose
//
// The mixing step is the finalizer of MurmurHash3 as used by splitmix64 (Steele, Lea, Flood 2014).
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "harness/base/index.hpp"
#include "harness/base/units.hpp"

namespace seawall::base {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// The next up to eight bytes as a little-endian word: one load where the machine allows it, because
// every draw of a run passes here.
constexpr std::uint64_t next_word(std::string_view bytes) {
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little &&
      bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    return word;
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8 && i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

// A hash of bytes, the same everywhere; used for payload hashes too.
constexpr std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t state = 0x243f6a8885a308d3 ^ bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += 8)
    state = mix(state ^ next_word(bytes.substr(at)));
  return mix(state);
}

class KeyedRandom {
 public:
  constexpr explicit KeyedRandom(std::uint64_t seed) : state_(mix(seed)) {}

  constexpr KeyedRandom with(std::string_view part) const { return step(hash_bytes(part)); }
  template <std::integral Number>
  constexpr KeyedRandom with(Number part) const {
    return step(static_cast<std::uint64_t>(part));
  }
  constexpr KeyedRandom with(Subject subject) const {
    return step(subject.number).step(static_cast<std::uint64_t>(subject.kind) + 0x51);
  }

  constexpr std::uint64_t bits() const { return state_; }
  // Uniform in [0, bound); bound 0 gives 0. Multiply-shift: the bias is below 2^-32 for any bound
  // that a scenario can state.
  constexpr std::uint64_t below(std::uint64_t bound) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(state_) * bound) >> 64);
  }
  constexpr bool hits(Share share) const {
    return below(1'000'000) < static_cast<std::uint64_t>(share.ppm < 0 ? 0 : share.ppm);
  }
  constexpr Duration within(Duration bound) const {
    return Duration(static_cast<std::int64_t>(
        below(static_cast<std::uint64_t>(bound.count() < 0 ? 0 : bound.count()))));
  }
  // Exponentially distributed with this mean, from an integer logarithm (integer_math.hpp).
  Duration exponential(Duration mean) const;

 private:
  constexpr KeyedRandom step(std::uint64_t part) const {
    KeyedRandom next = *this;
    next.state_ = mix(state_ ^ mix(part));
    return next;
  }
  std::uint64_t state_;
};

}  // namespace seawall::base
