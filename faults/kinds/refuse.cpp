#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_refuse(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                  plan::Effect& effect) {
  effect.before = plan::Effect::Before::refuse;
}

}  // namespace

Kind refuse() {
  model::KindWords words;
  words.name = "refuse";
  words.not_live_at_call =
      "over sockets it has been read when it is known which call it is, too late to refuse it; "
      "expected reset_peer with direction = \"request\", or a window with at and for";
  // And a machine that is gone refuses everybody: which request it would have been, nobody sees.
  words.takes_match = false;
  words.takes_probability = false;
  words.doc =
      "connections are refused: no byte leaves the caller; with at_call, in virtual time alone, "
      "one call is";
  return {words, apply_refuse, plan::NodeEffect::none, R"(
[[fault]]
type = "refuse"
on = "* -> payment"
at = "5s"
for = "3s"
)"};
}

}  // namespace seawall::kinds
