// One thread, one epoll: both ends of every connection of the benchmark live in it, so that a
// measurement without a proxy costs no switch of threads, and the proxy has the other core alone.
//
//   turn() --> epoll --> Watcher::ready(events) --> may adopt and drop watchers, itself too
#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "harness/live/clock.hpp"

namespace seawall::bench {

class Loop;

// Owns its descriptor. Lives until it is dropped or its loop ends.
class Watcher {
 public:
  Watcher(Loop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}
  virtual ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  virtual void ready(std::uint32_t events) = 0;
  int descriptor() const { return descriptor_; }

 protected:
  // Closes the descriptor at once and is destroyed after the turn: events of this turn may name it.
  void drop();
  void watch(std::uint32_t events);

  Loop& loop_;

 private:
  friend class Loop;
  int descriptor_;
  bool watched_ = false;
  std::size_t place_ = 0;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  template <class Kind, class... Arguments>
  Kind& adopt(Arguments&&... arguments) {
    auto made = std::make_unique<Kind>(*this, std::forward<Arguments>(arguments)...);
    Kind& kind = *made;
    static_cast<Watcher&>(kind).place_ = watchers_.size();
    watchers_.push_back(std::move(made));
    return kind;
  }
  // Never sleeps: to wake a sleeping thread of another core would be a cost of the proxy.
  void turn();
  // Whether it was done within the time.
  template <class Done>
  bool run(base::Duration limit, Done done) {
    const base::TimePoint end = live::steady_now() + limit;
    while (!done()) {
      if (live::steady_now() >= end) return false;
      turn();
    }
    return true;
  }
  void run(base::Duration time) {
    run(time, [] { return false; });
  }

 private:
  friend class Watcher;
  int epoll_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::vector<std::unique_ptr<Watcher>> dropped_;
};

}  // namespace seawall::bench
