#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

std::string check_clock_jump(const model::Fault& fault) {
  if (fault.jump.by == base::Duration{}) return "'jump' of a clock_jump is not 0";
  return {};
}

}  // namespace

// Whoever measures times by the steady clock does not notice.
Kind clock_jump() {
  model::KindWords words;
  words.name = "clock_jump";
  words.on_node = true;
  words.keys = {"jump"};
  words.required = {"jump"};
  words.takes_at_call = false;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "the service's wall clock jumps by 'jump' (\"1h\", or \"-1h\"), and back at the end of the "
      "window; its steady clock goes on";
  words.check = check_clock_jump;
  return {words, nullptr, plan::NodeEffect::clock_jump, R"(
[[fault]]
type = "clock_jump"
on = "order"
jump = "-1h"
at = "5s"
for = "10s"
)"};
}

}  // namespace seawall::kinds
