#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_slicer_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.slices = plan::Slices{fault.size.count, fault.variation.count, fault.gap};
}

std::string check_slicer(const model::Fault& fault) {
  if (fault.size.count < 1) return "'size' of a piece is at least 1B";
  if (fault.variation >= fault.size) return "'variation' is less than 'size'";
  return {};
}

}  // namespace

Kind slicer() {
  model::KindWords words;
  words.name = "slicer";
  words.keys = {"size", "variation", "gap", "direction"};
  words.required = {"size"};
  // It knows connections and no requests, and a simulated network knows no bytes.
  words.takes_at_call = false;
  words.takes_match = false;
  words.worlds = {model::Mode::inprocess, model::Mode::processes};
  words.doc =
      "the bytes pass in pieces of 'size' give or take 'variation', each 'gap' after the one "
      "before";
  words.check = check_slicer;
  Kind kind{words, nullptr, plan::NodeEffect::none, R"(
[[fault]]
type = "slicer"
on = "order -> payment"
size = "64B"
variation = "16B"
gap = "1ms"
)"};
  kind.stream = {apply_slicer_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
