#include <algorithm>

#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

base::Duration drawn(const model::Fault& fault, const base::KeyedRandom& draw) {
  return fault.latency - fault.jitter + draw.within(2 * fault.jitter + base::Duration(1));
}

void apply(const model::Fault& fault, const base::KeyedRandom& draw, const base::Link&,
           plan::Effect& effect) {
  const auto direction = fault.direction.value_or(model::Direction::response);
  if (direction != model::Direction::response)
    effect.request_delay = drawn(fault, draw.with("latency of the request"));
  if (direction != model::Direction::request)
    effect.response_delay = drawn(fault, draw.with("latency of the response"));
}

std::string check(const model::Fault& fault) {
  const base::Duration least =
      fault.ramp ? std::min(fault.ramp->from, fault.ramp->to) : fault.latency;
  if (fault.jitter > least)
    return fault.ramp ? "'jitter' is larger than the least latency of the ramp"
                      : "'jitter' is larger than 'latency'";
  if (fault.ramp && fault.ramp->from == fault.ramp->to)
    return "'ramp' from a latency to the same; expected 'latency' instead";
  return {};
}

}  // namespace

Kind latency() {
  model::KindWords words;
  words.name = "latency";
  words.keys = {"latency", "jitter", "direction", "ramp"};
  words.required = {"latency"};
  words.stand_ins = {{"latency", "ramp"}};
  words.doc =
      "delays each answer (direction = \"request\": each request; \"both\": each of them), by one "
      "latency or by one that moves over the window (ramp = { from, to })";
  words.check = check;
  return {words, apply, plan::NodeEffect::none, R"(
[[fault]]
type = "latency"
on = "order -> payment"
latency = "300ms"
jitter = "100ms"
)"};
}

}  // namespace seawall::kinds
