// At most so many calls are inside at the same time, and nobody waits at the door: a thread that
// waited there would be lost to everybody else as surely as one that waits for the callee.
//
//   if (const auto place = bulkhead.try_enter()) call(); else refuse();
#pragma once
#include <atomic>
#include <optional>
#include <utility>

namespace seawall::samples {

// Any thread may use it.
class Bulkhead {
 public:
  // One of its places, given back at the end of the scope; the bulkhead outlives it.
  class Place {
   public:
    explicit Place(Bulkhead& of) : of_(&of) {}
    Place(Place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (of_) of_->taken_.fetch_sub(1);
    }

   private:
    Bulkhead* of_;
  };

  explicit Bulkhead(int places) : places_(places) {}

  // Nothing: all places are taken.
  std::optional<Place> try_enter() {
    int taken = taken_.load();
    while (taken < places_)
      if (taken_.compare_exchange_weak(taken, taken + 1)) return Place(*this);
    return std::nullopt;
  }

 private:
  const int places_;
  std::atomic<int> taken_ = 0;
};

}  // namespace seawall::samples
