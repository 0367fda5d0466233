// A bulkhead: at most so many calls to one callee at a time, so that a slow one cannot hold all of
// its caller. Waiting is bounded in time and in number; a permit is returned when it is destroyed.
//
//   Bulkhead::Permit permit = bulkhead.try_acquire();
//   if (!permit) permit = co_await bulkhead.wait(deadline);
//
// Who waits is served oldest first, and nobody passes them: a newcomer gets a permit at once only
// where one is left over. The bulkhead outlives its permits.
#pragma once
#include <cstdint>
#include <utility>

#include "harness/model/policy.hpp"
#include "harness/runtime/notification.hpp"
#include "harness/runtime/task.hpp"
#include "targets/resilience/permit_count.hpp"

namespace seawall::resilience {

class Bulkhead {
 public:
  Bulkhead(runtime::Env& env, const model::Bulkhead& settings)
      : env_(env), settings_(settings), freed_(env) {}

  class Permit {
   public:
    Permit() = default;
    explicit Permit(Bulkhead& bulkhead) : bulkhead_(&bulkhead) {
      ++bulkhead.permits_.taken;
      ++bulkhead.permits_.held;
    }
    Permit(Permit&& other) noexcept : bulkhead_(std::exchange(other.bulkhead_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept {
      std::swap(bulkhead_, other.bulkhead_);
      return *this;
    }
    ~Permit() {
      if (!bulkhead_) return;
      --bulkhead_->permits_.held;
      bulkhead_->release();
    }
    explicit operator bool() const { return bulkhead_ != nullptr; }

   private:
    Bulkhead* bulkhead_ = nullptr;
  };

  // A permit if one is free, else an empty one.
  Permit try_acquire();
  // Waits at most `max_wait`, and never past `deadline`; empty where it did not help, or where
  // `max_queue` callers wait already.
  runtime::Task<Permit> wait(base::TimePoint deadline);

  std::int64_t taken() const { return taken_; }
  std::int64_t queued() const { return static_cast<std::int64_t>(freed_.waiting()); }
  // Permits and their peak; the rest of the row is the caller's.
  void tell(record::PatternUse& use) const;

 private:
  Permit take();
  void release();

  runtime::Env& env_;
  model::Bulkhead settings_;
  runtime::Notification freed_;
  std::int64_t taken_ = 0;
  PermitCount permits_;
  std::int64_t peak_ = 0;
};

}  // namespace seawall::resilience
