#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_timeout(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                   plan::Effect& effect) {
  effect.request_delay = fault.timeout;
  effect.before = plan::Effect::Before::reset;
}

std::string check_timeout(const model::Fault& fault) {
  if (fault.timeout == base::Duration{})
    return "'timeout' of 0 ends nothing; expected a time, or the kind blackhole";
  return {};
}

void apply_timeout_to_stream(const model::Fault& fault, plan::StreamEffect& effect) {
  effect.holds = true;
  effect.close_after = fault.timeout;
}

}  // namespace

Kind timeout() {
  model::KindWords words;
  words.name = "timeout";
  words.keys = {"timeout"};
  words.required = {"timeout"};
  words.doc =
      "the callee never hears, and the caller hears nothing until the connection ends, 'timeout' "
      "after the request";
  words.check = check_timeout;
  Kind kind{words, apply_timeout, plan::NodeEffect::none, R"(
[[fault]]
type = "timeout"
on = "order -> payment"
timeout = "500ms"
probability = "10%"
)"};
  kind.stream = {apply_timeout_to_stream, model::Direction::both};
  return kind;
}

}  // namespace seawall::kinds
