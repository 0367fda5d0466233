#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

using namespace std::chrono_literals;

void apply_drip(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                plan::Effect& effect) {
  effect.byte_gap = fault.gap;
}

std::string check_drip(const model::Fault& fault) {
  if (fault.gap < 10us || fault.gap > 10s) return "'gap' of a drip is from 10us to 10s";
  return {};
}

void apply_drip_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.slices = plan::Slices{1, 0, fault.gap};
}

}  // namespace

// A timeout for each read never ends, because a byte always comes; only a total one cuts it.
Kind drip() {
  model::KindWords words;
  words.name = "drip";
  words.keys = {"gap"};
  words.required = {"gap"};
  words.doc =
      "the callee did the work, and its answer goes back one byte at a time, each 'gap' after the "
      "one before (its head counts as one)";
  words.check = check_drip;
  Kind kind{words, apply_drip, plan::NodeEffect::none, R"(
[[fault]]
type = "drip"
on = "order -> payment"
gap = "2ms"
probability = "10%"
)"};
  kind.stream = {apply_drip_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
