#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_late_request(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                        plan::Effect& effect) {
  effect.late = true;
  effect.late_by = fault.delay;
}

}  // namespace

Kind late_request() {
  model::KindWords words;
  words.name = "late_request";
  words.keys = {"delay"};
  words.required = {"delay"};
  words.doc =
      "the callee gets the request 'delay' after it was sent, at heal at the latest; the caller "
      "hears nothing";
  return {words, apply_late_request, plan::NodeEffect::none, R"(
[[fault]]
type = "late_request"
on = "order -> payment"
match = { path = "/charge*" }
delay = "8s"
probability = "5%"
)"};
}

}  // namespace seawall::kinds
