#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_reset_peer(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                      plan::Effect& effect) {
  if (fault.direction.value_or(model::Direction::response) == model::Direction::response)
    effect.after = plan::Effect::After::reset;
  else
    effect.before = plan::Effect::Before::reset;
}

void apply_reset_peer_to_stream(const model::Fault&, plan::StreamEffect& effect) {
  effect.holds = true;
  effect.reset_after = base::Duration{};
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
  Kind kind{words, apply_reset_peer, plan::NodeEffect::none, R"(
[[fault]]
type = "reset_peer"
on = "order -> payment"
probability = "20%"
)"};
  kind.stream = {apply_reset_peer_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
