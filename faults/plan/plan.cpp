#include "faults/plan/plan.hpp"

namespace seawall::plan {

bool Effect::neutral() const {
  return before == Before::pass && after == After::pass && request_delay == Duration::zero() &&
         response_delay == Duration::zero() && !duplicate && !late && crash_before == Crash::none &&
         crash_after == Crash::none;
}

}  // namespace seawall::plan
