// Where and how a run starts commands of its user: those of faults, and those that make load.
#pragma once
#include <string>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::run {

struct Workplace {
  std::string program;                   // this one, which is shim and guard too
  std::vector<std::string> shim;         // its words as a shim: os/shim.hpp
  std::string root;                      // where they run
  std::string notes;                     // the private folder of the run
  base::TimePoint (*clock)() = nullptr;  // of CLOCK_MONOTONIC, as the world has it
};

}  // namespace seawall::run
