// A circuit breaker at work in a world: the pure machine, its clock, its events and its counters.
// One for each link; or one for all calls of a caller (`breaker_scope = "caller"`, an exhibit),
// which its clients share by pointer.
//
//   std::optional<Breaker::Permit> permit = breaker.enter();   // nothing: refused
//   permit->finish(failed);                                    // else its end cancels
//
// The breaker outlives its permits.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/model/policy.hpp"
#include "harness/runtime/env.hpp"
#include "targets/resilience/breaker_machine.hpp"
#include "targets/resilience/permit_count.hpp"

namespace seawall::resilience {

class Breaker {
 public:
  // `where` is named in its events and counters: "order -> payment", "gateway -> *".
  Breaker(runtime::Env& env, std::string where, const model::CircuitBreaker& settings);
  Breaker(const Breaker&) = delete;

  class Permit {
   public:
    Permit(Breaker& breaker, BreakerMachine::Ticket ticket);
    Permit(Permit&& other) noexcept
        : breaker_(std::exchange(other.breaker_, nullptr)), ticket_(other.ticket_) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit();
    // Once; `failed` as FailureRule has it.
    void finish(bool failed);

   private:
    Breaker* breaker_;
    BreakerMachine::Ticket ticket_;
  };

  std::optional<Permit> enter();
  BreakerMachine::State state() const { return machine_->state(); }
  // Appends its counters. Every admission takes a permit, closed or half-open; the peak is that of
  // half-open probes, and what acted is what was refused.
  void collect(std::vector<record::PatternUse>& uses) const;

 private:
  base::TimePoint time() const;
  void tell(BreakerMachine::State from, BreakerMachine::State to);

  runtime::Env& env_;
  std::unique_ptr<BreakerMachine> machine_;
  bool by_wall_clock_;
  std::string where_;
  PermitCount permits_;
  std::int64_t refused_ = 0;
  std::int64_t peak_probes_ = 0;
};

}  // namespace seawall::resilience
