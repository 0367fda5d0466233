// Runs a loop until a condition holds; false where it does not hold within ten seconds.
#pragma once
#include "harness/live/clock.hpp"
#include "harness/net/loop.hpp"

namespace seawall::net {

template <class Condition>
bool run_until(Loop& loop, Condition condition) {
  const base::TimePoint limit = loop.now() + std::chrono::seconds(10);
  while (!condition()) {
    if (loop.now() > limit) return false;
    loop.at(loop.now() + std::chrono::microseconds(200), [&loop] { loop.stop(); });
    loop.run();
  }
  return true;
}

}  // namespace seawall::net
