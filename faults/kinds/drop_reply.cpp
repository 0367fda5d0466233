#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_drop_reply(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                      plan::Effect& effect) {
  effect.after = plan::Effect::After::silence;
}

}  // namespace

Kind drop_reply() {
  model::KindWords words;
  words.name = "drop_reply";
  words.doc = "the callee did the work, and the caller hears nothing";
  return {words, apply_drop_reply, plan::NodeEffect::none, R"(
[[fault]]
type = "drop_reply"
on = "order -> payment"
match = { path = "/charge*" }
probability = "10%"
)"};
}

}  // namespace seawall::kinds
