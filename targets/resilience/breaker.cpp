#include "targets/resilience/breaker.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"

namespace seawall::resilience {

Breaker::Breaker(runtime::Env& env, std::string where, const model::CircuitBreaker& settings)
    : env_(env),
      machine_(settings,
               [this](CircuitBreaker::State from, CircuitBreaker::State to) { tell(from, to); }),
      where_(std::move(where)) {}

std::optional<Breaker::Permit> Breaker::enter() {
  const std::optional<CircuitBreaker::Ticket> ticket = machine_.admit(env_.now());
  if (!ticket) {
    ++refused_;
    return std::nullopt;
  }
  if (ticket->probe) {
    record::Event event;
    event.kind = record::Event::Kind::probe;
    event.where = where_;
    event.value = machine_.probes_in_flight();
    peak_probes_ = std::max(peak_probes_, event.value);
    env_.emit(std::move(event));
  }
  return Permit(*this, *ticket);
}

Breaker::Permit::Permit(Breaker& breaker, CircuitBreaker::Ticket ticket)
    : breaker_(&breaker), ticket_(ticket) {
  ++breaker.permits_.taken;
  ++breaker.permits_.held;
}

Breaker::Permit::~Permit() {
  if (!breaker_) return;
  --breaker_->permits_.held;
  if (planted(Bug::breaker_permit_leaked)) return;
  breaker_->machine_.cancel(ticket_);
  ++breaker_->permits_.returned;
}

void Breaker::Permit::finish(bool failed) {
  base::require(breaker_ != nullptr, "a breaker's permit is finished once");
  Breaker& breaker = *std::exchange(breaker_, nullptr);
  --breaker.permits_.held;
  ++breaker.permits_.returned;
  breaker.machine_.finish(breaker.env_.now(), ticket_, failed);
}

void Breaker::collect(std::vector<record::PatternUse>& uses) const {
  record::PatternUse& use = uses.emplace_back();
  use.pattern = "circuit_breaker";
  use.where = where_;
  use.acted = refused_;
  use.peak_in_flight = peak_probes_;
  permits_.tell(use);
}

void Breaker::tell(CircuitBreaker::State from, CircuitBreaker::State to) {
  record::Event event;
  event.kind = record::Event::Kind::breaker;
  event.where = where_;
  event.what = model::name_of(from);
  event.what += ' ';
  event.what += model::name_of(to);
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
