// How a process ended, and signals as people write them.
#pragma once
#include <string>

namespace seawall::os {

struct End {
  enum class How : unsigned char {
    exited,     // by itself; number: its exit status
    signalled,  // number: the signal
    unknown,    // whoever watched over it was killed
  };
  How how = How::unknown;
  int number = 0;
};

// As waitid() has it: a si_code and a si_status.
End end_of(int code, int status);

// "exited with status 3", "was killed by signal 9 (KILL)".
std::string to_text(const End& end);

// "KILL", "TERM"; the number, where it has no name.
std::string name_of_signal(int number);

}  // namespace seawall::os
