#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

Kind database_lock() {
  model::KindWords words;
  words.name = "database_lock";
  words.on_node = true;
  words.of_service = true;
  words.takes_at_call = false;
  words.takes_probability = false;
  words.takes_match = false;
  words.doc =
      "a transaction holds the lock of the service's database: its writes wait, its reads go on";
  return {words, nullptr, plan::NodeEffect::lock, R"(
[[fault]]
type = "database_lock"
on = "inventory"
at = "5s"
for = "10s"
flap = { on = "200ms", off = "800ms" }
)"};
}

}  // namespace seawall::kinds
