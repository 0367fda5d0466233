// What the faults of a link have drawn and done: so that a run can be compared with another, and a
// fault that never hit is found out.
//
// A draw is logged when a fault comes to the link, for each connection that there is, and when a
// connection comes, for each fault that there is. It depends on the seed, the link, the number of
// the connection and the name of the fault alone.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <string>

#include "faults/relay/stream_fault.hpp"

namespace seawall::relay {

struct Draw {
  std::uint64_t connection = 0;
  std::string fault;
  Direction direction = Direction::down;
  bool drawn = false;  // it comes to this connection

  bool operator==(const Draw&) const = default;
};

// Of one link on one worker, and of that worker's thread: the newest are kept.
class DrawLog {
 public:
  static constexpr std::size_t most = 4096;

  void add(Draw draw) {
    if (draws_.size() == most) draws_.pop_front();
    draws_.push_back(std::move(draw));
  }
  const std::deque<Draw>& draws() const { return draws_; }

 private:
  std::deque<Draw> draws_;
};

// Of one fault, over all connections of its link. Counted by workers.
struct FaultUse {
  std::atomic<std::int64_t> came = 0;   // to so many connections, by its draws
  std::atomic<std::int64_t> acted = 0;  // on so many of them: on a byte, or on an end
};

}  // namespace seawall::relay
