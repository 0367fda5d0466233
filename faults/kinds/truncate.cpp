#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_truncate(const model::Fault&, const base::KeyedRandom&, const base::Link&,
                    plan::Effect& effect) {
  effect.after = plan::Effect::After::truncate;
}

}  // namespace

// A message of HTTP says how long it is, so that its caller sees that it is cut short: what it has
// is no answer, and the call failed as by a reset.
Kind truncate() {
  model::KindWords words;
  words.name = "truncate";
  words.doc =
      "the callee did the work, and its answer is cut short: the connection ends in the middle of "
      "the body";
  return {words, apply_truncate, plan::NodeEffect::none, R"(
[[fault]]
type = "truncate"
on = "order -> payment"
match = { path = "/charge*" }
probability = "10%"
)"};
}

}  // namespace seawall::kinds
