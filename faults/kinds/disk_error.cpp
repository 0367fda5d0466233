#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

Kind disk_error() {
  model::KindWords words;
  words.name = "disk_error";
  words.on_node = true;
  words.at_write = true;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "a durable write fails: nothing of it is kept, and the service is told of an error of its "
      "disk. With at_call alone";
  return {words, nullptr, plan::NodeEffect::disk_error, R"(
[[fault]]
type = "disk_error"
at_call = "order 3: payment!capture #1"
)"};
}

}  // namespace seawall::kinds
