// From [tune] to the settings that may be chosen.
#pragma once
#include <optional>
#include <vector>

#include "harness/model/tune.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// A setting with each of its values, to be laid over the file: so its values are checked.
struct TunePlan {
  model::Tune tune;
  std::vector<Value> overlays;
};

// Nothing where there were mistakes. A range is walked in steps that people would choose: its
// lower end times 1, 1.5, 2, 3, 4, 6, 8, ..., and its upper end.
// `settings` came from the command line: what they say cannot be tuned.
std::optional<TunePlan> plan_tune(Context& context, const Value& table,
                                  const std::vector<Value>& settings, Sources& sources);

}  // namespace seawall::scenario
