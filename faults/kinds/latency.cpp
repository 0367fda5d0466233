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
  if (fault.jitter > fault.latency) return "'jitter' is larger than 'latency'";
  return {};
}

}  // namespace

Kind latency() {
  model::KindWords words;
  words.name = "latency";
  words.keys = {"latency", "jitter", "direction"};
  words.required = {"latency"};
  words.doc = "delays each answer (direction = \"request\": each request; \"both\": each of them)";
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
