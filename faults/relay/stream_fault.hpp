// What faults do to bytes, in the words of the plan.
#pragma once
#include "faults/plan/stream_fault.hpp"

namespace seawall::relay {

using base::Duration;
using plan::Delay;
using plan::Direction;
using plan::Slices;
using plan::StreamEffect;
using plan::StreamFault;

}  // namespace seawall::relay
