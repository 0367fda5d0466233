// What decides in a circuit breaker: a pure machine over (now, result). There is the one that is
// right (circuit_breaker.hpp), and those that people write by hand, as exhibits (seed_breaker.hpp).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::resilience {

class BreakerMachine {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  // What an admitted call holds until it is finished or cancelled, exactly once.
  struct Ticket {
    std::uint64_t generation = 0;
    base::TimePoint started{};
    bool probe = false;
  };
  using OnTransition = std::function<void(State from, State to)>;

  virtual ~BreakerMachine() = default;

  // Nothing: the call is refused.
  virtual std::optional<Ticket> admit(base::TimePoint now) = 0;
  virtual void finish(base::TimePoint now, const Ticket& ticket, bool failed) = 0;
  // The caller went away before there was a result.
  virtual void cancel(const Ticket& ticket) = 0;

  virtual State state() const = 0;
  // Calls let through to try the callee that have neither finished nor been cancelled.
  virtual std::int64_t probes_in_flight() const = 0;
};

}  // namespace seawall::resilience

namespace seawall::model {
template <>
inline constexpr auto enum_names<resilience::BreakerMachine::State> =
    std::to_array<std::string_view>({"closed", "open", "half_open"});
}  // namespace seawall::model
