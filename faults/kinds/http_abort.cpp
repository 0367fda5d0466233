#include "faults/kinds/kind.hpp"

namespace seawall::kinds {

namespace {

void apply_http_abort(const model::Fault& fault, const base::KeyedRandom&, const base::Link&,
                      plan::Effect& effect) {
  if (fault.effect == model::When::after)
    effect.after = plan::Effect::After::answer;
  else
    effect.before = plan::Effect::Before::answer;
  effect.status = fault.status;
  effect.body = fault.body;
  for (const auto& [name, value] : fault.headers) effect.headers.emplace_back(name, value);
}

bool says_unknown(int status) {
  return status >= 500 || status == 408 || status == 425 || status == 429;
}

std::string check_http_abort(const model::Fault& fault) {
  if (fault.status < 400 || fault.status > 599)
    return "'status' must be an error: 400 to 599, not " + std::to_string(fault.status);
  if (fault.effect == model::When::after && !says_unknown(fault.status) && !fault.lying)
    return "status " + std::to_string(fault.status) +
           " after the work was done is a lie that no service can see through; use 5xx, 408, 425 "
           "or "
           "429, or say lying = true";
  return {};
}

}  // namespace

Kind http_abort() {
  model::KindWords words;
  words.name = "http_abort";
  words.keys = {"status", "body", "headers", "effect", "lying"};
  words.required = {"status"};
  words.doc =
      "an HTTP error goes back instead of the callee's answer, before or after (effect = "
      "\"after\") "
      "the callee did the work";
  words.check = check_http_abort;
  return {words, apply_http_abort, plan::NodeEffect::none, R"(
[[fault]]
type = "http_abort"
on = "order -> payment"
match = { method = "POST", path = "/charge*" }
status = 503
effect = "after"
probability = "50%"
)"};
}

}  // namespace seawall::kinds
