// How the circuit breakers of a run stand right now, for who watches it. The threads of the
// services write, and whoever draws reads; what is judged comes from the record.
//
//   Breaker --event--> WatchedNotes --> NotesInMemory --> record
//                           \--> BreakerBoard --> the live view
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "harness/live/notes.hpp"

namespace seawall::live {

// Any thread.
class BreakerBoard {
 public:
  // "closed open": the state behind the last blank is the new one.
  void saw(const record::Event& event) {
    if (event.kind != record::Event::Kind::breaker) return;
    const std::lock_guard lock(mutex_);
    states_[event.where] = event.what.substr(event.what.rfind(' ') + 1);
  }
  // By link; one that never changed is not there.
  std::map<std::string, std::string> states() const {
    const std::lock_guard lock(mutex_);
    return states_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> states_;
};

// The notes of a node of this process, of which a board hears. The board outlives it.
class WatchedNotes final : public Notes {
 public:
  explicit WatchedNotes(BreakerBoard& board) : board_(board) {}

  void add(record::Event event) override {
    board_.saw(event);
    notes_.add(std::move(event));
  }
  void add(record::Sample sample) override { notes_.add(std::move(sample)); }
  void put(std::int64_t incarnation, std::vector<record::PatternUse> uses) override {
    notes_.put(incarnation, std::move(uses));
  }
  void move_to(record::Record& record) { notes_.move_to(record); }

 private:
  BreakerBoard& board_;
  NotesInMemory notes_;
};

}  // namespace seawall::live
