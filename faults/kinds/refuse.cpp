#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply(const model::Fault&, const base::KeyedRandom&, const base::Link&, plan::Effect& effect) {
  effect.before = plan::Effect::Before::refuse;
}

}  // namespace

Kind refuse() {
  model::KindWords words;
  words.name = "refuse";
  // At an index the request has been read already, and then it is too late to refuse: reset_peer.
  words.takes_at_call = false;
  // And a machine that is gone refuses everybody: which request it would have been, nobody sees.
  words.takes_match = false;
  words.takes_probability = false;
  words.doc = "connections are refused: no byte leaves the caller";
  return {words, apply, plan::NodeEffect::none, R"(
[[fault]]
type = "refuse"
on = "* -> payment"
at = "5s"
for = "3s"
)"};
}

}  // namespace seawall::kinds
