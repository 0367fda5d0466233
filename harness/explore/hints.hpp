// What would have prevented a violation: the settings without which it holds, which is tried, and
// the rule of the saga that was broken, where what is known of the run leaves no other. Where it
// does, nothing: a wrong hint costs more than none.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/explore/violation.hpp"

namespace seawall::explore {

// A run that broke something.
struct Broken {
  const Stage& stage;
  const std::function<runtime::Target(const model::Scenario&)>& make_target;
  std::span<const model::Fault* const> faults;
  const Violation& violation;
  const record::Record& record;
};

// What keeps the rule that was broken, where that can be switched off.
enum class Guard : std::uint8_t { none, keys, tombstones, compensation, recovery, reserve };

struct Hint {
  std::string text;                   // sentences, without the last full stop; often empty
  std::vector<std::string> settings;  // as the scenario has them: without one of them it holds
  Guard guard = Guard::none;          // of the rule; told where there are no such settings
  std::string node;                   // that it is of, where that is one
};

Hint hint_for(const Broken& broken);

}  // namespace seawall::explore
