// The connections of the API that wait for their clients. Each holds a thread meanwhile; where all
// threads are held and somebody needs one, those have to go that have waited for long, oldest
// first. Who has just come, or asks now, is not sent away: who needs a thread waits for it.
#pragma once
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>

#include "harness/base/units.hpp"

namespace seawall::toxiproxy {

// All of it from any thread.
class Waiting {
 public:
  using Clock = std::function<base::TimePoint()>;
  struct Entry {
    int socket = -1;
    base::TimePoint since{};
    bool evicted = false;
  };
  using Place = std::list<Entry>::iterator;

  explicit Waiting(Clock clock) : clock_(std::move(clock)) {}

  Place enter(int socket);
  // Whether it was evicted.
  bool leave(Place place);
  // Ends no more than `most` of those that have waited so long: their sockets are shut down, which
  // their threads find out at their next read. Those count that have been told and still are there.
  void evict(std::size_t most, base::Duration patience);
  // Ends all, also those that will come.
  void close();

 private:
  static void end(Entry& entry);

  const Clock clock_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // oldest first
  bool closed_ = false;
};

// A connection's thread at work: between resume and pause it waits for its client.
class WaitingHere {
 public:
  WaitingHere(Waiting& waiting, int socket);
  ~WaitingHere();
  WaitingHere(const WaitingHere&) = delete;

  void pause();
  void resume();
  // After pause(): whether its socket has been shut down.
  bool evicted() const { return evicted_; }

 private:
  Waiting& waiting_;
  const int socket_;
  Waiting::Place place_;
  bool there_ = false;
  bool evicted_ = false;
};

}  // namespace seawall::toxiproxy
