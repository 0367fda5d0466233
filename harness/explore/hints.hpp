// What would have prevented a violation: the settings without which it holds, which is tried, and
// the rule of the saga that was broken, where what is known of the run leaves no other. Where it
// does, nothing: a wrong hint costs more than none.
#pragma once
#include <functional>
#include <span>
#include <string>

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

// Some sentences, without the last full stop; often empty.
std::string hint_for(const Broken& broken);

}  // namespace seawall::explore
