// An adaptive limit of how many requests a server works on at a time, as a pure machine over (now,
// result). The algorithms and their constants are those of Netflix' concurrency-limits, in
// integers.
//
//   gradient2  limit * clamp(1.5 * usual latency / latency, 0.5, 1) + 4, smoothed
//   vegas      the queue is limit * (1 - least latency / latency): short, grow; long, shrink
//   aimd       one more after each window that was full, a tenth less after one with drops
//
//   admit --> in flight --> finish(answered | dropped) --> window --> limit
//                     \--> cancel
//
// Latencies come in windows of at least 100 ms and 10 results. The limit grows only where it was
// used: at least half of it. Critical requests may use all of it, the others leave `reserve` free.
#pragma once
#include <cstdint>
#include <optional>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"

namespace seawall::resilience {

class ConcurrencyLimit {
 public:
  explicit ConcurrencyLimit(const model::ConcurrencyLimit& settings);

  // What an admitted request holds until it is finished or cancelled, exactly once.
  struct Ticket {
    base::TimePoint started{};
    std::int64_t in_flight = 0;  // at its start, itself included
  };
  enum class End : std::uint8_t { answered, dropped };

  // Nothing: it is refused.
  std::optional<Ticket> admit(base::TimePoint now, bool critical);
  void finish(base::TimePoint now, const Ticket& ticket, End end);
  // Its caller went away: it says nothing of the latency.
  void cancel(const Ticket& ticket);

  std::int64_t limit() const { return limit_ / whole; }
  std::int64_t in_flight() const { return in_flight_; }

 private:
  static constexpr std::int64_t whole = 1000;

  struct Window {
    base::TimePoint start{};
    std::int64_t results = 0;
    std::int64_t answers = 0;
    base::Duration sum{};
    std::int64_t most_in_flight = 0;
    bool dropped = false;
  };

  bool was_used(const Window& window) const;
  std::int64_t after(const Window& window, base::Duration latency);
  std::int64_t aimd(const Window& window) const;
  std::int64_t vegas(const Window& window, base::Duration latency);
  std::int64_t gradient2(const Window& window, base::Duration latency);

  model::ConcurrencyLimit settings_;
  std::int64_t limit_;  // thousandths
  std::int64_t in_flight_ = 0;
  Window window_;
  std::int64_t windows_ = 0;
  base::Duration least_{};  // vegas: of the latencies since it was last forgotten
  base::Duration usual_{};  // gradient2: exponential average of the latencies
};

}  // namespace seawall::resilience
