// Idempotency on the side of the callee: the same key gives the same answer, and one effect.
//
//   enter(key) -- nothing --> in_flight()   another request of this key is under way: busy
//      | Flight, held until the answer is durable
//   judge(kept, hash): first  -> do it, and write keep(...) in the transaction of the effect
//                      replay -> answer(kept)      mismatch -> mismatch()
//
// The answers live in the callee's store, in whatever rows it likes; this machine decides. A flight
// covers every operation of its key: a refund is busy while a charge of the same key is in flight.
// Tombstones are rows of the callee's own.
//
// With `idempotency = false` keys are ignored: nothing is in flight and everything is first.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "harness/model/request.hpp"
#include "harness/record/record.hpp"

namespace seawall::resilience {

// What was answered under a key. Refusals are kept too, else a late copy would be judged anew.
struct KeptAnswer {
  std::uint64_t payload_hash = 0;
  std::int64_t status = 0;
  std::string body;
  base::TimePoint at{};  // host-wide steady time, which a restart does not reset
};

class Idempotency {
 public:
  explicit Idempotency(const model::Switch<model::Idempotency>& settings) : settings_(settings) {}
  Idempotency(const Idempotency&) = delete;

  enum class Standing : std::uint8_t { first, replay, mismatch };

  class Flight {
   public:
    Flight() = default;  // of a key that is never in flight
    Flight(std::set<std::string>& keys, std::set<std::string>::iterator key)
        : keys_(&keys), key_(key) {}
    Flight(Flight&& other) noexcept
        : keys_(std::exchange(other.keys_, nullptr)), key_(other.key_) {}
    Flight& operator=(Flight&&) = delete;
    ~Flight() {
      if (keys_) keys_->erase(key_);
    }

   private:
    std::set<std::string>* keys_ = nullptr;
    std::set<std::string>::iterator key_;
  };

  bool on() const { return settings_.has_value(); }
  bool tombstones() const { return settings_ && settings_->tombstones; }
  // Nothing: a request of this key is in flight. An empty key never is. The owner outlives flights.
  std::optional<Flight> enter(std::string key);
  // What a request of this hash is, given what is kept under its key.
  Standing judge(const std::optional<KeptAnswer>& kept, std::uint64_t payload_hash,
                 base::TimePoint now);

  model::Response in_flight();       // 409 {"reason":"key_in_flight"}
  model::Response mismatch() const;  // 422 {"reason":"key_reused"}
  static model::Response answer(const KeptAnswer& kept);

  // A tombstone has refused a request that came after its own compensation.
  void turned_away() { ++acted_; }
  // Appends its counters: acted counts what was replayed, refused, turned away or found busy.
  void collect(std::string_view where, std::vector<record::PatternUse>& uses) const;

 private:
  model::Switch<model::Idempotency> settings_;
  std::set<std::string> in_flight_;
  std::int64_t acted_ = 0;
};

}  // namespace seawall::resilience
