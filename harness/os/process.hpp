// What the kernel tells of processes, in /proc.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace seawall::os {

struct ProcessFacts {
  pid_t process = 0;
  pid_t parent = 0;
  char state = '?';  // 'Z': ended, and nobody has asked how
  // In ticks since the machine started. With `process` it names one process for good.
  std::uint64_t started = 0;
};

// None where there is no such process (any more).
std::optional<ProcessFacts> facts_of(pid_t process);

// The file of the program that runs here.
std::string own_program();

// All that descend from `ancestor`, children before their own. Whoever comes into being meanwhile
// may be missing.
std::vector<ProcessFacts> descendants_of(pid_t ancestor);

}  // namespace seawall::os
