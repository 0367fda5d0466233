// Explores the faults of one order: searches, groups what it finds, makes the smallest of each
// group as plain as it can be, and tells how it came to it.
//
//   scenario --one_order--> text --search--> violations --by signature--> groups
//                                                 each: shrunk, robustness, story, hint
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/explore/search.hpp"
#include "harness/explore/shrink.hpp"

namespace seawall::explore {

struct Setup {
  std::string text;  // of one_order()
  const model::Vocabulary* words = nullptr;
  std::function<runtime::Target(const model::Scenario&)> make_target;
  Limits limits;
  InParallel in_parallel;
  std::function<void(std::int64_t)> ended;  // runs so far; may be empty
};

// All violations with the same signature, told by the smallest of them.
struct Finding {
  Violation violation;            // shrunk,
  bool is_minimal = true;         // unless the time was over first
  std::vector<std::string> plan;  // of it, as people read it
  std::string scenario;           // the text of a scenario that shows it
  // The plans with this signature, of those that were run, as they were run.
  std::vector<std::vector<std::string>> found_by;
  Robustness robustness;
  std::string story;
  std::string hint;  // what would have prevented it; often empty
};

struct Exploration {
  Searched searched;
  std::vector<Finding> findings;  // the smallest first
};

Exploration explore(const Setup& setup);

}  // namespace seawall::explore
