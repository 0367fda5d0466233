#include "targets/resilience/breaker.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"

namespace seawall::resilience {

Breaker::Breaker(runtime::Env& env, std::string where, const model::CircuitBreaker& settings)
    : env_(env), machine_(settings, [this](CircuitBreaker::State from, CircuitBreaker::State to) {
        tell(from, to);
      }) {
  use_.pattern = "circuit_breaker";
  use_.where = std::move(where);
}

std::optional<Breaker::Permit> Breaker::enter() {
  const std::optional<CircuitBreaker::Ticket> ticket = machine_.admit(env_.now());
  if (!ticket) {
    ++use_.acted;
    return std::nullopt;
  }
  ++use_.permits_taken;
  if (ticket->probe) {
    record::Event event;
    event.kind = record::Event::Kind::probe;
    event.where = use_.where;
    event.value = machine_.probes_in_flight();
    use_.peak_in_flight = std::max(use_.peak_in_flight, event.value);
    env_.emit(std::move(event));
  }
  return Permit(*this, *ticket);
}

Breaker::Permit::~Permit() {
  if (!breaker_) return;
  breaker_->machine_.cancel(ticket_);
  if (!planted(Bug::breaker_permit_leaked)) ++breaker_->use_.permits_returned;
}

void Breaker::Permit::finish(bool failed) {
  base::require(breaker_ != nullptr, "a breaker's permit is finished once");
  Breaker& breaker = *std::exchange(breaker_, nullptr);
  ++breaker.use_.permits_returned;
  breaker.machine_.finish(breaker.env_.now(), ticket_, failed);
}

void Breaker::collect(std::vector<record::PatternUse>& uses) const { uses.push_back(use_); }

void Breaker::tell(CircuitBreaker::State from, CircuitBreaker::State to) {
  record::Event event;
  event.kind = record::Event::Kind::breaker;
  event.where = use_.where;
  event.what = model::name_of(from);
  event.what += ' ';
  event.what += model::name_of(to);
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
