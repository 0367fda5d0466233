#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

Kind none() {
  model::KindWords words;
  words.name = "none";
  words.acts = false;
  words.doc =
      "does nothing, whatever its other keys say, and is not missed: a fault is switched off by "
      "its "
      "type";
  return {words, nullptr, plan::NodeEffect::none, R"(
[[fault]]
type = "none"
on = "order -> payment"
latency = "300ms"
)"};
}

}  // namespace seawall::kinds
