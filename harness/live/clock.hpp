// The real clocks: the one place of the harness that reads them. Everything else is given the time:
// by its Env, its Loop or an argument.
#pragma once
#include <chrono>

#include "harness/base/units.hpp"

namespace seawall::live {

// CLOCK_MONOTONIC: host-wide, so that the times of all nodes and processes compare.
inline base::TimePoint steady_now() {
  return base::TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

// CLOCK_REALTIME: may jump; for people only.
inline base::WallTime wall_now() {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
}

}  // namespace seawall::live
