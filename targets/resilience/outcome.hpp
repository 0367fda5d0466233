// What became of a call, as its caller may rely on it (correctness.md, "The saga").
//
//   ok        2xx: the callee did it, or had done it under the same key
//   refused   4xx of the business: the callee remembers the refusal under the key
//   not_sent  no byte left the caller, in any attempt: it owes nothing
//   in_doubt  all else: timeout, reset, 5xx, 408, 425, 429, a key in flight
//
// "Busy" (429 or 503 with {"accepted":false}) is in doubt, though that copy started nothing: the
// network may have delivered another copy of the same request, which was accepted. Only a request
// that never left can have no copies.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "harness/model/describe.hpp"
#include "harness/model/request.hpp"
#include "harness/runtime/env.hpp"

namespace seawall::resilience {

enum class CallClass : std::uint8_t { ok, refused, not_sent, in_doubt };

// One attempt, as the transport gave it.
using Attempt = runtime::Result<model::Response>;

CallClass class_of(const Attempt& attempt);

// Whether this answer is the last word on the request: it was done, or the business refused it.
inline bool settles(const Attempt& attempt) {
  const CallClass how = class_of(attempt);
  return how == CallClass::ok || how == CallClass::refused;
}

// The result of a call with all of its attempts.
//
// An answer that settles the key (ok, refused) is the class of the call, whatever came before it:
// the key makes it the answer to the earlier attempts too. Without one the worst attempt counts,
// and the call is not_sent only if every attempt was.
struct Outcome {
  Outcome() {}

  CallClass call_class = CallClass::not_sent;
  // The answer or the failure of the last attempt that left the caller; where none left, the
  // failure of the last that tried. Neither where a pattern let nothing pass.
  std::optional<model::Response> response;
  std::optional<model::Failure> failure;
  // The pattern that ended the call here in the caller ("circuit_breaker", "bulkhead", "timeout");
  // empty where the transport ended it.
  std::string_view rejected_by;
  int attempts = 0;  // that were given to the transport

  bool ok() const { return call_class == CallClass::ok; }
  // Takes in what one more attempt has given.
  void add(Attempt attempt);
  // Loses what the attempts have given: nobody knows any more what became of the call.
  void forget();
};
static_assert(!std::is_aggregate_v<Outcome>);

}  // namespace seawall::resilience

namespace seawall::model {
template <>
inline constexpr auto enum_names<resilience::CallClass> =
    std::to_array<std::string_view>({"ok", "refused", "not-sent", "in-doubt"});
}  // namespace seawall::model
