#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

Kind pause() {
  model::KindWords words;
  words.name = "pause";
  words.on_node = true;
  words.takes_at_call = false;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "the service takes and does nothing for the time: a stall; one that drains "
      "misses it";
  return {words, nullptr, plan::NodeEffect::pause, R"(
[[fault]]
type = "pause"
on = "inventory"
at = "5s"
for = "2s"
)"};
}

}  // namespace seawall::kinds
