#include "harness/runtime/notification.hpp"

#include "harness/base/assert.hpp"

namespace seawall::runtime {

// A place in the queue, in the frame that waits. It leaves the queue when it is woken, so that the
// next notify_one() means the next waiter.
struct Notification::Waiter {
  Waiter(Notification& n, TimePoint deadline)
      : notification(n), sleep(n.env_, deadline), older(n.newest_) {
    (older ? older->newer : n.oldest_) = this;
    n.newest_ = this;
    ++n.waiting_;
  }
  ~Waiter() {
    if (!notified) {
      leave();
    } else if (!resumed) {
      --notification.pending_;
      notification.notify_one();  // its turn goes to the next one
    }
  }
  void leave() {
    (older ? older->newer : notification.oldest_) = newer;
    (newer ? newer->older : notification.newest_) = older;
    --notification.waiting_;
  }

  Notification& notification;
  Sleep sleep;
  Waiter* older;
  Waiter* newer = nullptr;
  bool notified = false;
  bool resumed = false;
};

Notification::~Notification() {
  base::require(oldest_ == nullptr, "a notification outlives its waiters");
}

Task<bool> Notification::wait(TimePoint deadline) {
  Waiter waiter(*this, deadline);
  co_await waiter.sleep;
  if (waiter.notified) --pending_;
  waiter.resumed = true;
  co_return waiter.notified;
}

bool Notification::notify_one() {
  Waiter* const waiter = oldest_;
  if (!waiter) return false;
  waiter->notified = true;
  waiter->leave();
  ++pending_;
  env_.hasten(waiter->sleep);
  return true;
}

void Notification::notify_all() {
  while (notify_one()) {
  }
}

}  // namespace seawall::runtime
