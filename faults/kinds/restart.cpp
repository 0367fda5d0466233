#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

Kind restart() {
  model::KindWords words;
  words.name = "restart";
  words.on_node = true;
  words.keys = {"drain", "restart"};
  words.takes_window = false;
  words.takes_at_call = false;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "the service is asked to end, as by SIGTERM: for 'drain' it is not ready, turns new requests "
      "away and goes on with those that it has; then it dies, and starts again after 'restart'; "
      "one "
      "that drains already, is paused or does not serve misses the request";
  return {words, nullptr, plan::NodeEffect::restart, R"(
[[fault]]
type = "restart"
on = "payment"
at = "5s"
drain = "1s"
restart = "2s"
)"};
}

}  // namespace seawall::kinds
