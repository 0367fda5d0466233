#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

using model::Direction;

// Both ways are cut, or one of them: the requests of the link, or the answers to them.
void apply_partition(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                     plan::Effect& effect) {
  const Direction direction = fault.direction.value_or(Direction::both);
  if (fault.mode == model::Barrier::refuse) {
    if (direction == Direction::response)
      effect.after = plan::Effect::After::reset;
    else
      effect.before = plan::Effect::Before::refuse;
    return;
  }
  effect.severs = true;
  if (direction != Direction::response) effect.before = plan::Effect::Before::silence;
  if (direction != Direction::request) effect.after = plan::Effect::After::silence;
}

// Where it refuses, nobody is connected.
void apply_partition_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.holds = fault.mode == model::Barrier::blackhole;
}

}  // namespace

Kind partition() {
  model::KindWords words;
  words.name = "partition";
  words.on_groups = true;
  words.keys = {"mode", "direction"};
  // It stands between machines, and does not know what it cuts off.
  words.takes_at_call = false;
  words.takes_match = false;
  words.takes_probability = false;
  words.doc =
      "cuts every link between the groups, what is open on them included: silence, or mode = "
      "\"refuse\"; services that are not named stay connected (direction = \"response\": requests "
      "arrive, answers do not; \"request\": the other way round)";
  Kind kind{words, apply_partition, plan::NodeEffect::none, R"(
[[fault]]
type = "partition"
groups = [["order"], ["payment", "inventory"]]
at = "5s"
for = "3s"
)"};
  kind.stream = {apply_partition_to_stream, model::Direction::both};
  return kind;
}

}  // namespace seawall::kinds
