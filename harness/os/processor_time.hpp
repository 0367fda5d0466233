// What the processors of this machine have done, and how much of it others did: a run beside whom
// somebody compiles measures the compiler.
#pragma once
#include <optional>
#include <string_view>

#include "harness/base/units.hpp"

namespace seawall::os {

// Since the machine started, all its processors together. In a container it is still the machine.
struct ProcessorTime {
  base::Duration all{};     // at work, waiting, idle
  base::Duration busy{};    // programs; not what the kernel does for devices and the network
  base::Duration stolen{};  // a hypervisor gave it to other machines
};

// The first line of /proc/stat, in ticks; none where it is something else.
std::optional<ProcessorTime> parse_processor_time(std::string_view stat, long ticks_per_second);
// None where the kernel does not tell.
std::optional<ProcessorTime> processor_time();

// Of this process and of the children that it has waited for, with theirs.
base::Duration own_processor_time();

// Shares of all processors' time between two moments.
struct ProcessorUse {
  base::Share foreign;  // programs of others: what was busy without `own`
  base::Share stolen;
};
ProcessorUse use_between(const ProcessorTime& before, const ProcessorTime& after,
                         base::Duration own);

}  // namespace seawall::os
