#include "targets/resilience/breaker.hpp"

#include <algorithm>

#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "targets/resilience/circuit_breaker.hpp"
#include "targets/resilience/seed_breaker.hpp"

namespace seawall::resilience {

namespace {

using Machine = model::CircuitBreaker::Machine;
using State = BreakerMachine::State;

std::unique_ptr<BreakerMachine> make_machine(const model::CircuitBreaker& settings,
                                             BreakerMachine::OnTransition on_transition) {
  if (settings.machine == Machine::sound)
    return std::make_unique<CircuitBreaker>(settings, std::move(on_transition));
  return std::make_unique<SeedBreaker>(settings, std::move(on_transition));
}

}  // namespace

Breaker::Breaker(runtime::Env& env, std::string where, const model::CircuitBreaker& settings)
    : env_(env),
      machine_(make_machine(settings, [this](State from, State to) { tell(from, to); })),
      by_wall_clock_(settings.machine == Machine::seed_000 ||
                     settings.machine == Machine::seed_002),
      where_(std::move(where)) {}

// The only decision that a wall clock has a part in: that it must not is what the exhibit shows.
base::TimePoint Breaker::time() const {
  return by_wall_clock_ ? base::TimePoint(env_.wall().time_since_epoch()) : env_.now();
}

std::optional<Breaker::Permit> Breaker::enter() {
  const std::optional<BreakerMachine::Ticket> ticket = machine_->admit(time());
  if (!ticket) {
    ++refused_;
    return std::nullopt;
  }
  if (ticket->probe) {
    record::Event event;
    event.kind = record::Event::Kind::probe;
    event.where = where_;
    event.value = machine_->probes_in_flight();
    peak_probes_ = std::max(peak_probes_, event.value);
    env_.emit(std::move(event));
  }
  return Permit(*this, *ticket);
}

Breaker::Permit::Permit(Breaker& breaker, BreakerMachine::Ticket ticket)
    : breaker_(&breaker), ticket_(ticket) {
  ++breaker.permits_.taken;
  ++breaker.permits_.held;
}

Breaker::Permit::~Permit() {
  if (!breaker_) return;
  --breaker_->permits_.held;
  if (planted(Bug::breaker_permit_leaked)) return;
  breaker_->machine_->cancel(ticket_);
  ++breaker_->permits_.returned;
}

void Breaker::Permit::finish(bool failed) {
  base::require(breaker_ != nullptr, "a breaker's permit is finished once");
  Breaker& breaker = *std::exchange(breaker_, nullptr);
  --breaker.permits_.held;
  ++breaker.permits_.returned;
  breaker.machine_->finish(breaker.time(), ticket_, failed);
}

void Breaker::collect(std::vector<record::PatternUse>& uses) const {
  record::PatternUse& use = uses.emplace_back();
  use.pattern = "circuit_breaker";
  use.where = where_;
  use.acted = refused_;
  use.peak_in_flight = peak_probes_;
  permits_.tell(use);
}

void Breaker::tell(State from, State to) {
  record::Event event;
  event.kind = record::Event::Kind::breaker;
  event.where = where_;
  event.what = model::name_of(from);
  event.what += ' ';
  event.what += model::name_of(to);
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
