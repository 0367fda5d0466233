// The units that every layer speaks. Text becomes a unit once, at the edge (text.hpp parses and
// prints them); inside, no bare number stands for a time, a size, a rate, a share or money. All are
// integers, because what decides must not depend on a floating-point unit.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>

namespace seawall::base {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

// The clock of a world: virtual in sim, CLOCK_MONOTONIC elsewhere. It has no now(): time comes from
// runtime::Env.
struct Steady {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = Duration;
  using time_point = std::chrono::time_point<Steady, Duration>;
  static constexpr bool is_steady = true;
};
using TimePoint = Steady::time_point;
using WallTime = std::chrono::sys_time<Duration>;

// Money in minor units (cents).
struct Money {
  std::int64_t minor = 0;
  auto operator<=>(const Money&) const = default;
  Money& operator+=(Money other) { return minor += other.minor, *this; }
  friend Money operator+(Money a, Money b) { return {a.minor + b.minor}; }
  friend Money operator-(Money a, Money b) { return {a.minor - b.minor}; }
  friend Money operator*(Money a, std::int64_t n) { return {a.minor * n}; }
};

// Events a second, in millionths of an event a second.
struct Rate {
  std::int64_t micro_per_second = 0;
  auto operator<=>(const Rate&) const = default;
  static constexpr Rate per_second(std::int64_t n) { return {n * 1'000'000}; }
};

// A share of a whole in parts per million: 1'000'000 is all of it.
struct Share {
  std::int64_t ppm = 0;
  auto operator<=>(const Share&) const = default;
  static constexpr Share percent(std::int64_t n) { return {n * 10'000}; }
  static constexpr Share all() { return {1'000'000}; }
};

struct Bytes {
  std::int64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
};

}  // namespace seawall::base
