#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_connect_hang(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                        plan::Effect& effect) {
  effect.before = plan::Effect::Before::hang;
}

}  // namespace

Kind connect_hang() {
  model::KindWords words;
  words.name = "connect_hang";
  // No request is seen before there is a connection for it.
  words.takes_at_call = false;
  words.takes_match = false;
  words.takes_probability = false;
  words.doc =
      "new connections are neither made nor refused, as with a full queue of the kernel: a "
      "connect that is not made ends at its caller's own limit, and that is a hit; what is open "
      "works on";
  return {words, apply_connect_hang, plan::NodeEffect::none,
          R"(
[[fault]]
type = "connect_hang"
on = "order -> payment"
at = "5s"
for = "3s"
)",
          plan::Over::fresh};
}

}  // namespace seawall::kinds
