#include <algorithm>

#include "faults/kinds/kind.hpp"
#include "faults/plan/delay.hpp"

namespace seawall::kinds {

namespace {

plan::Delay delay_of(const model::Fault& fault) {
  return {fault.latency, fault.jitter, fault.distribution, fault.table};
}

void apply_latency(const model::Fault& fault, const base::KeyedRandom& draw, const base::Link&,
                   plan::Effect& effect) {
  const auto direction = fault.direction.value_or(model::Direction::response);
  if (direction != model::Direction::response)
    effect.request_delay = plan::draw(delay_of(fault), draw.with("latency of the request"));
  if (direction != model::Direction::request)
    effect.response_delay = plan::draw(delay_of(fault), draw.with("latency of the response"));
}

std::string check_table(const model::Fault& fault) {
  if (fault.distribution != model::Distribution::table)
    return fault.table.empty() ? "" : "'table' needs distribution = \"table\"";
  if (fault.table.size() < 2 || fault.table.size() > 1000)
    return "'table' has from 2 to 1000 times: its quantiles, evenly by probability";
  if (!std::is_sorted(fault.table.begin(), fault.table.end()))
    return "'table' goes from the least time to the largest";
  if (fault.jitter != base::Duration{})
    return "'jitter' is of the other distributions, not of a table";
  return {};
}

std::string check_latency(const model::Fault& fault) {
  if (std::string wrong = check_table(fault); !wrong.empty()) return wrong;
  const base::Duration least =
      fault.ramp ? std::min(fault.ramp->from, fault.ramp->to) : fault.latency;
  if (fault.distribution == model::Distribution::uniform && fault.jitter > least)
    return fault.ramp ? "'jitter' is larger than the least latency of the ramp"
                      : "'jitter' is larger than 'latency'";
  if (fault.ramp && fault.ramp->from == fault.ramp->to)
    return "'ramp' from a latency to the same; expected 'latency' instead";
  return {};
}

void apply_latency_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.delay = delay_of(fault);
}

}  // namespace

Kind latency() {
  model::KindWords words;
  words.name = "latency";
  words.keys = {"latency", "jitter", "distribution", "table", "direction", "ramp"};
  words.required = {"latency"};
  words.stand_ins = {{"latency", "ramp"}};
  words.doc =
      "delays each answer (direction = \"request\": each request; \"both\": each of them), by one "
      "latency or by one that moves over the window (ramp = { from, to }); distribution = "
      "\"normal\", \"lognormal\" or \"pareto\": the jitter is its deviation; \"table\": with "
      "table = [\"0ms\", \"5ms\", \"1s\"], quantiles that are added to the latency";
  words.check = check_latency;
  Kind kind{words, apply_latency, plan::NodeEffect::none, R"(
[[fault]]
type = "latency"
on = "order -> payment"
latency = "300ms"
jitter = "100ms"
)"};
  kind.stream = {apply_latency_to_stream, model::Direction::response};
  return kind;
}

}  // namespace seawall::kinds
