// What a run looks like on a terminal while it goes on: from its state to lines of text, and
// nothing else. live_screen.hpp puts them on the terminal; progress.hpp feeds the state.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::cli {

struct LiveState {
  // What a second of the load was like.
  struct Second {
    std::int64_t answered = 0;
    std::int64_t unexpected = 0;  // of them, not as `expect` has it
    base::Duration p50{};
    base::Duration p99{};
  };
  struct Fault {
    enum class State : std::uint8_t { waits, acts, healed };
    std::string name;
    std::string what;  // "latency on order -> payment"
    State state = State::waits;
    base::Duration since{};  // of the load phase
  };

  std::string phase;        // "warm-up", "load", "settle", ...
  base::Duration at{};      // of the load phase,
  base::Duration length{};  // which is so long
  std::int64_t in_flight = 0;
  std::vector<Second> seconds;  // the newest last
  std::vector<Fault> faults;
  std::map<std::string, std::string> breakers;  // by link: "open"
};

// At most height - 1 lines, so that the cursor has a place below them, of at most width - 1
// columns, so that no terminal wraps them. What there is no room for is counted.
std::vector<std::string> live_lines(const LiveState& state, std::size_t width, std::size_t height);

// "[####----]", of so many cells.
std::string progress_bar(base::Duration at, base::Duration length, std::size_t cells);

// How many columns a text takes at most. Control characters are spelt out before it is asked.
std::size_t columns_of(std::string_view text);

}  // namespace seawall::cli
