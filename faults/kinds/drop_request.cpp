#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_drop_request(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                        plan::Effect& effect) {
  effect.before = plan::Effect::Before::silence;
}

}  // namespace

Kind drop_request() {
  model::KindWords words;
  words.name = "drop_request";
  words.doc = "the callee never hears, and the caller hears nothing";
  return {words, apply_drop_request, plan::NodeEffect::none, R"(
[[fault]]
type = "drop_request"
on = "order -> inventory"
at_call = "order 3: order->inventory.release #1"
)"};
}

}  // namespace seawall::kinds
