// Measures the machine for `seawall doctor`: a few seconds of sleeping, small messages over the
// loopback, small writes into a folder, and what the kernel tells under /proc and /sys. Nothing of
// the machine is changed.
#pragma once
#include <functional>
#include <string>

#include "harness/cli/doctor_judgement.hpp"

namespace seawall::cli {

// Takes less than ten seconds. `folder` is where runs keep their files; `say` is told what is being
// measured. What earlier runs have left is not looked for here.
MachineState measure_machine(const std::string& folder,
                             const std::function<void(const char*)>& say);

}  // namespace seawall::cli
