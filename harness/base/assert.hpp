// Assertions on our own promises. They stay on in release builds: a harness that goes on after it
// has broken a promise of its own would give a verdict that nobody may trust.
#pragma once
#include <source_location>
#include <string_view>

namespace seawall::base {

// Prints what was promised and where, and ends the process with exit status 70.
[[noreturn]] void fail_promise(std::string_view promise, std::source_location where);

// `promise` says what must hold, as a sentence.
inline void require(bool holds, std::string_view promise,
                    std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    fail_promise(promise, where);
}

}  // namespace seawall::base
