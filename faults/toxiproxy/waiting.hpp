// The connections of the API that wait for their clients. Each holds a thread meanwhile; where all
// threads are held, the one that has waited longest has to go.
#pragma once
#include <cstddef>
#include <list>
#include <mutex>

namespace seawall::toxiproxy {

// All of it from any thread.
class Waiting {
 public:
  struct Entry {
    int socket = -1;
    bool evicted = false;
  };
  using Place = std::list<Entry>::iterator;

  Place enter(int socket);
  // Whether it was evicted.
  bool leave(Place place);
  // Ends the one that has waited longest: its socket is shut down, which its thread finds out at
  // its next read. Where none waits, the next that would is meant.
  void evict_oldest();
  // One has ended by itself, and its thread is free without an eviction.
  void ended();
  // Ends all, also those that will come.
  void close();

 private:
  static void end(Entry& entry);
  bool evict();

  std::mutex mutex_;
  std::list<Entry> entries_;  // oldest first
  std::size_t owed_ = 0;      // evictions that found nobody
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
