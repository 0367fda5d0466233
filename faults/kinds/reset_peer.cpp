#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
           plan::Effect& effect) {
  if (fault.direction.value_or(model::Direction::response) == model::Direction::response)
    effect.after = plan::Effect::After::reset;
  else
    effect.before = plan::Effect::Before::reset;
}

}  // namespace

Kind reset_peer() {
  model::KindWords words;
  words.name = "reset_peer";
  words.keys = {"direction"};
  words.doc =
      "the connection is reset when the callee answers: it did the work (direction = \"request\" "
      "or "
      "\"both\": when the request is sent, and the callee never hears)";
  return {words, apply, plan::NodeEffect::none, R"(
[[fault]]
type = "reset_peer"
on = "order -> payment"
probability = "20%"
)"};
}

}  // namespace seawall::kinds
