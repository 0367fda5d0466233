#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_limit_data_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.limit = fault.bytes.count;
}

}  // namespace

Kind limit_data() {
  model::KindWords words;
  words.name = "limit_data";
  words.keys = {"bytes", "direction"};
  words.required = {"bytes"};
  // It knows connections and no requests, and a simulated network knows no bytes.
  words.takes_at_call = false;
  words.takes_match = false;
  words.worlds = {model::Mode::inprocess, model::Mode::processes};
  words.doc = "a connection ends when so many bytes have passed since it began or the fault came";
  Kind kind{words, nullptr, plan::NodeEffect::none, R"(
[[fault]]
type = "limit_data"
on = "order -> payment"
bytes = "10KiB"
)"};
  kind.stream = {apply_limit_data_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
