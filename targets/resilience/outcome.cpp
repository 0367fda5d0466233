#include "targets/resilience/outcome.hpp"

#include <utility>

namespace seawall::resilience {

namespace {

// Statuses that say "not now": they may come after the effect, so they are no refusal.
bool says_not_now(int status) { return status == 408 || status == 425 || status == 429; }

bool says_key_in_flight(const model::Response& response) {
  return response.body.find("\"key_in_flight\"") != std::string::npos;
}

}  // namespace

CallClass class_of(const Attempt& attempt) {
  if (!attempt) {
    const bool never_left = attempt.error() == model::Failure::refused ||
                            attempt.error() == model::Failure::unreachable;
    return never_left ? CallClass::not_sent : CallClass::in_doubt;
  }
  const int status = attempt->status;
  if (status >= 200 && status < 300) return CallClass::ok;
  if (status < 400 || status >= 500 || says_not_now(status)) return CallClass::in_doubt;
  return says_key_in_flight(*attempt) ? CallClass::in_doubt : CallClass::refused;
}

void Outcome::add(Attempt attempt) {
  ++attempts;
  rejected_by = {};
  const CallClass latest = class_of(attempt);
  // What never left tells nothing new about what did.
  if (latest == CallClass::not_sent && call_class != CallClass::not_sent) return;
  call_class = latest;
  response.reset();
  failure.reset();
  if (attempt)
    response = std::move(*attempt);
  else
    failure = attempt.error();
}

void Outcome::forget() {
  call_class = CallClass::in_doubt;
  response.reset();
  failure.reset();
}

}  // namespace seawall::resilience
