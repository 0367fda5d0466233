#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_refuse_new(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                      plan::Effect& effect) {
  effect.before = plan::Effect::Before::refuse;
}

}  // namespace

Kind refuse_new() {
  model::KindWords words;
  words.name = "refuse_new";
  // No request is seen before there is a connection for it.
  words.takes_at_call = false;
  words.takes_match = false;
  words.takes_probability = false;
  words.doc = "new connections are refused; what is open works on";
  return {words, apply_refuse_new, plan::NodeEffect::none,
          R"(
[[fault]]
type = "refuse_new"
on = "order -> payment"
at = "5s"
for = "3s"
)",
          plan::Over::fresh};
}

}  // namespace seawall::kinds
