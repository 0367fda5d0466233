// One request and one response, shaped as HTTP in every world: in load, links, sim, net and the
// journal. So `match = { method, path }` means the same everywhere and the shop needs no mapping.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/base/index.hpp"
#include "harness/base/short_text.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::model {

enum class Method : std::uint8_t { get, post, put, patch, del, head, options };
template <>
inline constexpr auto enum_names<Method> =
    std::to_array<std::string_view>({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"});

struct Header {
  Header(std::string n, std::string v) : name(std::move(n)), value(std::move(v)) {}
  std::string name;
  std::string value;
};

// W3C trace context: the same for all requests that one request of the load caused.
struct Trace {
  std::uint64_t high = 0;
  std::uint64_t low = 0;   // both 0: no trace
  std::uint64_t span = 0;  // of the caller
};

// Messages are no aggregates: g++ 12 destroys a braced aggregate inside co_await twice.
struct Request {
  Request(Method m, std::string p, std::string b = {})
      : method(m), path(std::move(p)), body(std::move(b)) {}

  Method method;
  std::string path;             // with its query
  std::string body;             // bytes
  std::string idempotency_key;  // header Idempotency-Key; empty: none
  std::vector<Header> headers;  // the others that matter; mostly none
  // Total: the call ends by then, whatever happens. A callee sees none (time 0) where its caller
  // does not pass it on.
  base::TimePoint deadline{};
  base::TimePoint connect_by{};  // for the connect alone; time 0: no limit of its own
  bool pass_deadline = true;     // whether the callee learns the deadline
  // Each byte of the answer puts the deadline off to this long from then; 0: none does. Only the
  // exhibit of a timeout for each read wants that.
  base::Duration read_timeout{};
  base::ExecutionIndex index;
  Trace trace;
};
static_assert(!std::is_aggregate_v<Request>);

struct Response {
  explicit Response(int s, std::string b = {}) : status(s), body(std::move(b)) {}

  int status;
  std::string body;
  std::vector<Header> headers;    // those that matter (Retry-After, Location)
  std::uint64_t durable_lsn = 0;  // the callee's log position when it answered; set by the world

  const std::string* header(std::string_view name) const {
    for (const Header& header : headers)
      if (header.name == name) return &header.value;
    return nullptr;
  }
};
static_assert(!std::is_aggregate_v<Response>);

// Why a call or a write came to nothing. `refused` and `unreachable` promise that no byte left.
enum class Failure : std::uint8_t { refused, unreachable, reset, timed_out, conflict, disk };
template <>
inline constexpr auto enum_names<Failure> = std::to_array<std::string_view>(
    {"refused", "unreachable", "reset", "timed_out", "conflict", "disk"});

// What a reply told its receiver about an order, read from the body that arrived and from nothing
// else. `order` is empty where the body names none.
struct Told {
  enum class Kind : std::uint8_t {
    nothing,     // no body of the target's own: an injected 503, say
    confirmed,   // 201
    accepted,    // 202 pending
    refused,     // status "failed": declined, out of stock, failed saga
    rejected,    // 422: nothing was done for this body
    unaccepted,  // accepted: false; this copy started nothing
    in_flight,   // 409 key_in_flight: unknown
    other,       // a body of the target's own that tells no outcome (a read of a pending order)
  };
  Kind kind = Kind::nothing;
  base::ShortText order;
  base::ShortText state;   // the order's status as told ("pending", "confirmed", "failed")
  base::ShortText reason;  // "declined", "out_of_stock", ...
  bool degraded = false;
};
template <>
inline constexpr auto enum_names<Told::Kind> =
    std::to_array<std::string_view>({"nothing", "confirmed", "accepted", "refused", "rejected",
                                     "unaccepted", "in_flight", "other"});

}  // namespace seawall::model
