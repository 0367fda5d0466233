// Test builds: the one bug that a test has planted (targets/bugs.hpp).
#pragma once
#include <atomic>

#include "targets/bugs.hpp"

namespace seawall {

inline std::atomic<Bug> planted_bug = Bug::none;
inline bool planted(Bug bug) { return planted_bug.load(std::memory_order_relaxed) == bug; }

// Plants a bug for as long as it lives.
class Plant {
 public:
  explicit Plant(Bug bug) { planted_bug = bug; }
  ~Plant() { planted_bug = Bug::none; }
  Plant(const Plant&) = delete;
};

}  // namespace seawall
