// One coroutine waits, another wakes it. The wake-up goes through the world's loop, so that whoever
// notifies (a destructor, say) never resumes anybody. Waiters are woken oldest first.
//
//   Notification freed(env);
//   bool woken = co_await freed.wait(deadline);   // a Task
//   freed.notify_one();
//
// A Notification must outlive its waiters; a waiter whose frame is destroyed leaves the queue. A
// notify_one() whose waiter is destroyed before it ran is passed on to the next one.
#pragma once
#include <cstddef>

#include "harness/runtime/task.hpp"

namespace seawall::runtime {

class Notification {
 public:
  explicit Notification(Env& env) : env_(env) {}
  Notification(const Notification&) = delete;
  Notification& operator=(const Notification&) = delete;
  ~Notification();

  // True when notified, false when the deadline passed first.
  Task<bool> wait(TimePoint deadline);
  // Wakes the one that waits longest; false where nobody waits (nothing is remembered).
  bool notify_one();
  void notify_all();
  std::size_t waiting() const { return waiting_; }
  // Woken, but not yet running. Whoever hands out what is waited for counts these as taken, so that
  // a newcomer does not overtake them.
  std::size_t pending() const { return pending_; }

 private:
  struct Waiter;
  Env& env_;
  Waiter* oldest_ = nullptr;
  Waiter* newest_ = nullptr;
  std::size_t waiting_ = 0;
  std::size_t pending_ = 0;
};

}  // namespace seawall::runtime
