#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_duplicate_request(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                             plan::Effect& effect) {
  effect.duplicate = true;
  effect.copy_gap = fault.gap;
}

}  // namespace

Kind duplicate_request() {
  model::KindWords words;
  words.name = "duplicate_request";
  words.keys = {"gap"};
  words.doc =
      "the callee gets the request twice, the second time 'gap' after the first (default: at "
      "once); "
      "the caller gets the answer to the first";
  return {words, apply_duplicate_request, plan::NodeEffect::none, R"(
[[fault]]
type = "duplicate_request"
on = "order -> payment"
gap = "2s"
probability = "30%"
)"};
}

}  // namespace seawall::kinds
