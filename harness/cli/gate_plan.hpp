// What a gate compares: two ways to run one scenario, read and checked before anything starts.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/compare_options.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::cli {

struct PlannedSide {
  std::string letter;              // "A", "B"
  std::string name;                // as people read it
  std::string program;             // seawall that runs it
  std::vector<std::string> words;  // for it: `run`, the file, and what is laid over it
  model::Scenario scenario;
};

struct GatePlan {
  std::array<PlannedSide, 2> sides;
  bool is_virtual = false;  // exact differences, one pair for each seed
  bool is_same = false;     // A and B do not differ: only the machine can, in wall time
  std::uint64_t seed = 0;   // of the first pair
  std::size_t pairs = 0;    // in virtual time
  base::Share most_foreign, most_stolen;
  std::string question;  // a hash of all of the above that a run depends on
};

// Prints what is wrong; then there is nothing.
std::optional<GatePlan> plan_gate(const GateOptions& options);

}  // namespace seawall::cli
