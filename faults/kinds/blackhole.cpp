#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_blackhole(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                     plan::Effect& effect) {
  if (fault.direction.value_or(model::Direction::both) == model::Direction::response)
    effect.after = plan::Effect::After::silence;
  else
    effect.before = plan::Effect::Before::silence;
}

void apply_blackhole_to_stream(const model::Fault&, plan::StreamEffect& effect) {
  effect.holds = true;
}

}  // namespace

Kind blackhole() {
  model::KindWords words;
  words.name = "blackhole";
  words.keys = {"direction"};
  words.doc =
      "silence: the callee hears nothing and the caller hears nothing (direction = \"response\": "
      "the callee does the work and the caller hears nothing)";
  Kind kind{words, apply_blackhole, plan::NodeEffect::none, R"(
[[fault]]
type = "blackhole"
on = "order -> shipping"
at = "5s"
for = "3s"
)"};
  kind.stream = {apply_blackhole_to_stream, model::Direction::both};
  return kind;
}

}  // namespace seawall::kinds
