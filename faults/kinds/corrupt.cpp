#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_corrupt(const model::Fault&, const base::KeyedRandom& draw, const base::Link&,
                   plan::Effect& effect) {
  effect.after = plan::Effect::After::corrupt;
  effect.corruption = draw.with("corruption").bits();
}

}  // namespace

Kind corrupt() {
  model::KindWords words;
  words.name = "corrupt";
  words.doc =
      "the callee did the work, and bytes of its answer's body are flipped, the first among them, "
      "so that it cannot be read; status and headers are whole";
  return {words, apply_corrupt, plan::NodeEffect::none, R"(
[[fault]]
type = "corrupt"
on = "order -> inventory"
probability = "10%"
)"};
}

}  // namespace seawall::kinds
