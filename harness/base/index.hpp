// The execution index: which call of which request this is. It names a point of an execution the
// same way in every world, whatever the timing, so that a fault can be aimed at it and a random
// draw can be keyed by it.
//
//   order 3: order->payment.charge[label] #2
//   \_____/  \___________/ \____/ \___/   \/
//   subject      link     operation label  n, counted at the link's ingress
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/short_text.hpp"

namespace seawall::base {

// Which request of the load. Orders (requests that start a saga) and other requests count from 1 by
// intended time, from time 0; those of the warm-up count apart; what came from elsewhere (curl) is
// foreign and counts by arrival.
struct Subject {
  enum class Kind : std::uint8_t { none, order, request, warmup, foreign };
  Kind kind = Kind::none;
  std::uint64_t number = 0;
  auto operator<=>(const Subject&) const = default;
};

// "order", "request", "warmup", "foreign", "none".
std::string_view name_of(Subject::Kind kind);
// "order 3", "request 7", "warmup 12", "foreign 1", "none".
std::string to_text(Subject subject);
// The inverse; Kind::none where the text is no subject.
Subject parse_subject(std::string_view text);

// Travels with a request. The link's ingress fills `n`; the caller fills the rest.
struct ExecutionIndex {
  Subject subject;
  ShortText operation;        // "charge": what the request asks of its callee
  ShortText label;            // tells calls apart that may be in flight together; mostly empty
  std::uint32_t attempt = 1;  // the caller's own count of attempts, first = 1
  std::uint32_t n = 0;        // which request on the wire of (subject, link, operation, label)
  auto operator<=>(const ExecutionIndex&) const = default;
};

}  // namespace seawall::base
