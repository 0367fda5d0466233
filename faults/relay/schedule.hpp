// When the bytes of one direction of a connection are due: a pure function of what arrives, of the
// effect of its faults and of a key for its draws. It keeps no clock and no bytes, so that what it
// says is the same however late it is asked.
//
//   chunk (offset, bytes, arrival) --> delays --> slices, limit --> rate --> piece (bytes, due)
//
// Deadlines are computed from deadlines and never from when something was really written, so that
// lateness does not add up.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "faults/relay/draws.hpp"
#include "faults/relay/stream_fault.hpp"
#include "harness/base/keyed_random.hpp"

namespace seawall::relay {

using base::TimePoint;

// A rate that several may share: whoever has bytes takes the next free time. Of any thread.
class Pacer {
 public:
  // `rate` in bytes a second, at least 1.
  Pacer(std::int64_t rate, TimePoint now) : rate_(rate), since_(now) {}

  // When the last of these bytes has passed, where the first may not start before `earliest`.
  TimePoint claim(std::int64_t bytes, TimePoint earliest);
  std::int64_t rate() const { return rate_; }

 private:
  std::mutex mutex_;
  const std::int64_t rate_;
  // It has been busy without a pause since then, with so many bytes: counted from there, no
  // rounding adds up.
  TimePoint since_;
  std::int64_t bytes_ = 0;
};

// A moment that does not come while the faults are as they are.
constexpr TimePoint never = TimePoint::max();

// A fault that was drawn for one direction of a connection, and since when and where it is there.
struct Applied {
  StreamFault fault;
  TimePoint since;
  std::int64_t offset;           // of the first byte that had not passed
  std::shared_ptr<Pacer> pacer;  // where it has a rate above 0
  std::shared_ptr<FaultUse> use = nullptr;
  bool acted = false;  // on this connection, and `use` knows

  void act() {
    if (use && !std::exchange(acted, true)) ++use->acted;
  }
};

class Schedule {
 public:
  // `key` of the connection and the direction.
  Schedule(std::vector<Applied> faults, base::KeyedRandom key);

  const std::vector<Applied>& faults() const { return faults_; }

  // What is known of bytes that were read together and have not all passed.
  struct Chunk {
    std::int64_t start;   // offset of its first byte when it was read
    std::int64_t offset;  // of the first that has not passed
    std::int64_t bytes;   // from there
    TimePoint arrival;
  };
  // The first piece of the chunk; at least one byte. To be asked once for each piece, in order.
  struct Piece {
    std::int64_t bytes;
    TimePoint due;
  };
  Piece next(const Chunk& chunk);

  // When the end of the stream is due that arrived then, after all pieces; it is as late as a byte.
  TimePoint end_due(std::int64_t offset, TimePoint arrival);
  // Where the stream is cut off, if it is.
  std::optional<std::int64_t> end_offset() const { return end_offset_; }
  // Nothing passes while the faults are as they are.
  bool blocks() const { return blocks_; }
  // The connection ends now: by a limit, or by a time that a fault has set it.
  void note_cut();
  void note_end(TimePoint now);

 private:
  Duration delay_of(std::int64_t start) const;
  std::int64_t piece_size(const Chunk& chunk) const;

  std::vector<Applied> faults_;
  base::KeyedRandom key_;
  // What the faults say together.
  bool blocks_ = false;
  std::optional<std::int64_t> rate_;
  bool slices_ = false;
  Duration gap_{};
  Duration close_delay_{};
  std::optional<std::int64_t> end_offset_;

  TimePoint last_ = TimePoint::min();  // no piece is due before the one in front of it
  TimePoint next_slice_ = TimePoint::min();
};

}  // namespace seawall::relay
