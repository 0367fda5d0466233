#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_slow_close_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.close_delay = fault.delay;
}

}  // namespace

Kind slow_close() {
  model::KindWords words;
  words.name = "slow_close";
  words.keys = {"delay", "direction"};
  words.required = {"delay"};
  // It knows connections and no requests, and a simulated network knows no bytes.
  words.takes_at_call = false;
  words.takes_match = false;
  words.worlds = {model::Mode::inprocess, model::Mode::processes};
  words.doc = "the end of a connection comes 'delay' later than it was said";
  Kind kind{words, nullptr, plan::NodeEffect::none, R"(
[[fault]]
type = "slow_close"
on = "order -> payment"
delay = "2s"
)"};
  kind.stream = {apply_slow_close_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
