#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

// Bytes on a connection that only one side knows of are lost, whichever way they go.
void apply_half_open(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                     plan::Effect& effect) {
  effect.severs = true;
  effect.before = plan::Effect::Before::silence;
  effect.after = plan::Effect::After::silence;
}

}  // namespace

Kind half_open() {
  model::KindWords words;
  words.name = "half_open";
  // What forgets connections forgets all of them, and knows no requests.
  words.takes_at_call = false;
  words.takes_match = false;
  words.takes_probability = false;
  words.doc =
      "the connections that are open when it begins are forgotten by the other side: silence on "
      "them, while new ones work";
  return {words, apply_half_open, plan::NodeEffect::none,
          R"(
[[fault]]
type = "half_open"
on = "order -> payment"
at = "5s"
for = "3s"
)",
          plan::Over::kept};
}

}  // namespace seawall::kinds
