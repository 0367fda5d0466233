// The event loop of one thread: actions posted to it, and timers. Everything that owns a socket
// lives on one loop and is touched by its thread only; what crosses threads crosses by post().
//
//   Loop loop(live::steady_now);
//   loop.at(loop.now() + 5ms, [&] { loop.stop(); });
//   loop.run();
//
// All timers share one timer of the kernel, which is armed again only when an earlier one comes
// first: a deadline for each request costs no system call.
#pragma once
#include <compare>
#include <functional>
#include <memory>

#include "harness/base/units.hpp"

namespace boost::asio {
class io_context;
}

namespace seawall::net {

class Loop {
 public:
  using Clock = base::TimePoint (*)();
  using Action = std::function<void()>;

  // `clock` must be that of CLOCK_MONOTONIC: the kernel's timer is armed by it.
  explicit Loop(Clock clock);
  // What is still posted or timed is destroyed without being run.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  base::TimePoint now() const { return clock_(); }

  // Runs actions until stop(); may be called again after that. A stop() that came first counts.
  void run();
  // Any thread: run() returns after what was posted before.
  void stop();
  // Any thread; runs in order of posting, never inside this call.
  void post(Action action);

  // A timer that has not run yet; at rest where number is 0.
  struct Timer {
    base::TimePoint at{};
    std::uint64_t number = 0;
    auto operator<=>(const Timer&) const = default;
  };
  // A moment that is always past: for what is to run as soon as the loop gets to it and can be
  // cancelled until then. Cheaper than any other moment that has passed.
  static constexpr base::TimePoint soon = base::TimePoint::min();
  // Runs `action` at `at` or soon after, timers of one moment in the order in which they were set;
  // a moment that has passed runs soon, never inside this call. The loop's thread only, as below.
  Timer at(base::TimePoint at, Action action);
  // Harmless where the timer ran or was cancelled. Leaves `timer` at rest.
  void cancel(Timer& timer);

  boost::asio::io_context& context();

 private:
  struct Parts;
  Clock clock_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace seawall::net
