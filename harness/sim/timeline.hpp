// Virtual time and what is due in it. Everything that happens in the simulated world is an entry
// here; taking the next one is the only thing that moves the clock.
//
//   schedule(at, node, kind, ...) --> heap by (time, node, kind, subject, n, insertion) --> next()
//                             \--> windows of later times --^ when their time comes
//
// Entries are never taken out: an entry names a slot and the generation that the slot had, and is
// stale when the slot has moved on. So withdrawing what was scheduled costs nothing. The heap has
// four children a node, which keeps a sift within fewer cache lines (Johnson 1975).
//
// Most of what is scheduled for later are deadlines of calls that end long before. They wait apart,
// in a wheel of windows of time (Varghese, Lauck 1987), and those that are stale when their window
// comes never see the heap, which so holds little more than what is under way.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/base/index.hpp"
#include "harness/base/units.hpp"

namespace seawall::sim {

using base::Duration;
using base::TimePoint;

// What is due; the order of kinds is the order at the same time of the same node.
enum class DueKind : std::uint8_t {
  restart,   // a node that is down starts again
  drained,   // a node that was asked to end dies
  fate,      // a fault meets a request at its link
  delivery,  // a request reaches its callee
  answer,    // an answer or a failure reaches its caller
  cut,       // a fault resets a call under way
  connect,   // the limit of a call's connect
  deadline,  // of a call
  commit,    // of a write
  read,
  scan,
  wake,  // the end of a sleep
};

struct Due {
  TimePoint at;
  std::uint64_t rank;   // node (12 bits), kind (4), kind (3) and number (45) of the subject
  std::uint64_t order;  // n (20), insertion (44)
  std::uint32_t slot;
  std::uint32_t generation;

  std::uint16_t node() const { return static_cast<std::uint16_t>(rank >> 52); }
  DueKind kind() const { return static_cast<DueKind>(rank >> 48 & 0xf); }
  bool before(const Due& other) const {
    if (at != other.at) return at < other.at;
    if (rank != other.rank) return rank < other.rank;
    return order < other.order;
  }
};

class Timeline {
 public:
  TimePoint now() const { return now_; }
  // Time only moves on; nothing that is due earlier may be left.
  void advance_to(TimePoint t) { now_ = t; }

  void schedule(TimePoint at, std::uint16_t node, DueKind kind, std::uint32_t slot,
                std::uint32_t generation, base::Subject subject = {}, std::uint32_t n = 0) {
    const std::uint64_t rank = std::uint64_t{node} << 52 | static_cast<std::uint64_t>(kind) << 48 |
                               static_cast<std::uint64_t>(subject.kind) << 45 |
                               (subject.number & ((std::uint64_t{1} << 45) - 1));
    const std::uint64_t place = std::min<std::uint64_t>(n, 0xfffff);
    keep({std::max(at, now_), rank, place << 44 | ++inserted_, slot, generation});
  }
  // A due that was taken and could not be done yet: it is due again now.
  void schedule_again(Due due) {
    due.at = now_;
    push(due);
  }

  // Whether anything is due by `limit`. `is_stale(due)`: its slot has moved on.
  template <class IsStale>
  bool due_by(TimePoint limit, IsStale is_stale) {
    while (later_ > 0 && start_of(window_) <= (heap_.empty() ? limit : heap_.front().at))
      open_window(is_stale);
    return !heap_.empty() && heap_.front().at <= limit;
  }
  // After due_by() has said that there is one.
  TimePoint next_at() const { return heap_.front().at; }
  // Takes the next one and moves the clock to it.
  Due next() {
    const Due due = pop();
    now_ = due.at;
    return due;
  }

 private:
  static constexpr std::size_t fan = 4;
  static constexpr std::int64_t windows = 64;
  static constexpr std::uint32_t nowhere = ~std::uint32_t{0};

  struct Waiting {
    Due due;
    std::uint32_t next = nowhere;
  };
  static constexpr std::array<std::uint32_t, windows> all_nowhere() {
    std::array<std::uint32_t, windows> places{};
    places.fill(nowhere);
    return places;
  }

  // Windows of 34 ms, counted from time 0.
  static std::int64_t window_of(TimePoint t) { return t.time_since_epoch().count() >> 25; }
  static TimePoint start_of(std::int64_t window) { return TimePoint(Duration(window << 25)); }

  void keep(const Due& due) {
    const std::int64_t window = window_of(due.at);
    if (window < window_) return push(due);
    // What lies beyond the wheel goes round with it, and is looked at once in each turn.
    std::uint32_t& first = first_in(std::min(window, window_ + windows - 1));
    std::uint32_t place = free_;
    if (place == nowhere) {
      place = static_cast<std::uint32_t>(waiting_.size());
      waiting_.emplace_back();
    } else {
      free_ = waiting_[place].next;
    }
    waiting_[place] = {due, first};
    first = place;
    ++later_;
  }

  template <class IsStale>
  void open_window(IsStale is_stale) {
    std::uint32_t place = std::exchange(first_in(window_), nowhere);
    ++window_;
    while (place != nowhere) {
      const Due due = waiting_[place].due;
      const std::uint32_t next = std::exchange(waiting_[place].next, free_);
      free_ = std::exchange(place, next);
      --later_;
      if (!is_stale(due)) keep(due);
    }
  }

  std::uint32_t& first_in(std::int64_t window) {
    return wheel_[static_cast<std::size_t>(window % windows)];
  }

  void push(const Due& due) {
    std::size_t at = heap_.size();
    heap_.push_back(due);
    while (at > 0) {
      const std::size_t parent = (at - 1) / fan;
      if (!due.before(heap_[parent])) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = due;
  }

  Due pop() {
    const Due top = heap_.front();
    const Due last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return top;
    const std::size_t size = heap_.size();
    std::size_t at = 0;
    for (std::size_t child = 1; child < size; child = at * fan + 1) {
      const std::size_t end = std::min(child + fan, size);
      for (std::size_t other = child + 1; other < end; ++other)
        if (heap_[other].before(heap_[child])) child = other;
      if (!heap_[child].before(last)) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = last;
    return top;
  }

  TimePoint now_{};
  std::uint64_t inserted_ = 0;
  std::vector<Due> heap_;         // what is due before window_ starts
  std::vector<Waiting> waiting_;  // the rest, each in the list of its window
  std::array<std::uint32_t, windows> wheel_ = all_nowhere();  // where the list of a window begins
  std::uint32_t free_ = nowhere;                              // where that of unused places does
  std::int64_t window_ = 0;                                   // the first that has not been opened
  std::size_t later_ = 0;                                     // entries in the wheel
};

}  // namespace seawall::sim
