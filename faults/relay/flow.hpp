// One direction of a connection: what it reads from its source it writes to its sink, at once or
// when its schedule says so.
//
//   source --read--> small buffer --------------------------> sink      one small message
//                    scratch of the worker -----------------> sink      more of them
//                    pipe ----------------------------------> sink      bulk, spliced
//                    queue --- schedule: pieces, deadlines --> sink      with a fault, a full sink
//                    interceptor ----> queue or straight ----> sink      while there is one
//
// It stops reading while its queue is full or its pipe is not empty: then the sender waits. The end
// of the source follows the last byte, and the other direction goes on; where it was a reset, that
// comes as late as a byte would have.
#pragma once
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "faults/relay/channel.hpp"
#include "faults/relay/interceptor.hpp"
#include "faults/relay/lane.hpp"
#include "faults/relay/pipe_pool.hpp"
#include "faults/relay/schedule.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Flow {
 public:
  Flow(Connection& connection, Lane& lane, Direction direction);

  // Both sides are connected. They stay open until stop(). The bytes move from start() on: an
  // interceptor may answer at once, so that the other direction has its sides by then.
  void set_channels(Channel& source, Channel& sink);
  void start() { pump(); }
  // The others have had their turn.
  void take_turn();
  // The source has more, or its end; the sink takes more.
  void source_ready(bool hung_up);
  void sink_ready();
  // Nothing is read or written after it, and the lane may go.
  void stop();

  // What it reads goes to the connection's interceptor from now on, or no longer does: then the end
  // of the source passes on that was not to.
  void set_intercepted(bool intercepted);
  // Whether an interceptor may come now: nothing is in the kernel's hands, and no end was read.
  bool may_be_intercepted() const { return piped_ == 0 && !source_end_; }
  // From the interceptor, in order: bytes for the sink, and an end of the connection. What of it
  // has to wait does so from settle() on, which is to be called after the last of them; and
  // expect() before the first, where this flow has not read them.
  void expect() { arrival_ = {}; }
  void pass(std::string_view bytes, const Timing& timing);
  void finish(net::Close how, TimePoint at);
  // What it has queued is lost.
  void drop();
  void settle();
  // Whether it takes more. An interceptor that is given bytes of one direction may pass bytes in
  // the other, so that neither is read while one of them is full.
  bool has_room() const { return queued_ < lane_.queue; }
  // Reads soon, where it has stopped and may go on.
  void unblock();

  // The faults from now on; null: none. Whoever sets them pumps.
  void set_schedule(std::unique_ptr<Schedule> schedule);
  // Writes what is due, and sees to it that everything else follows.
  void pump();
  const Schedule* schedule() const { return schedule_.get(); }
  // Of the first byte that has not passed, and of the first one that has yet to come.
  std::int64_t offset() const { return offset_; }
  std::int64_t passed() const;
  // It has passed the end of its source.
  bool done() const { return ended_sink_; }
  // Before the connection ends by a time that a fault has set it.
  void note_end() {
    if (schedule_) schedule_->note_end(now());
  }
  // Its source was reset while nothing passes: it is not read any more, and its end comes behind
  // what it has said. False: something passes, or an interceptor sees to it.
  bool lose_source();

 private:
  struct Chunk {
    std::string bytes;
    std::size_t passed;  // of them
    std::int64_t start;  // offset in the stream
    TimePoint arrival;
    Timing timing;
  };

  TimePoint now() const { return lane_.worker.loop.now(); }

  // From the source.
  bool may_read() const;
  void read();
  // Bytes go from the source to the sink without a stop in between.
  bool is_straight() const;
  bool may_splice() const;
  // What was read, to the sink or to the queue.
  void take(const char* bytes, std::size_t count);
  void source_ended(net::Close how);

  // Through the kernel.
  void enter_bulk();
  void leave_bulk();
  void splice_on();
  bool drain_pipe();  // false: the sink takes no more
  void reclaim_pipe();

  // To the sink.
  void queue(const char* bytes, std::size_t count, const Timing& timing = {});
  void write_due();
  bool pass_piece(TimePoint now);  // false: no more for now
  Schedule::Piece next_piece(const Chunk& chunk, std::size_t left);
  bool at_limit() const;
  void end_at_limit();
  void pass_end(TimePoint now);
  void pass_finale(TimePoint now);
  std::size_t write(const char* bytes, std::size_t count);
  void wake_at(TimePoint due);
  void note_lateness(TimePoint now);

  Connection& connection_;
  Lane& lane_;
  const Direction direction_;
  Lane::Bytes& count_;
  Channel* source_ = nullptr;
  Channel* sink_ = nullptr;
  std::unique_ptr<Schedule> schedule_;

  std::int64_t offset_ = 0;
  bool stopped_ = true;
  bool waits_turn_ = false;  // it has more, and others come first
  bool readable_ = false;    // the source may have more: the poller tells of changes alone
  bool blocked_ = false;     // it stopped reading although there may be more
  bool hung_up_ = false;     // its peer says no more: what it has is read to the end
  bool sink_full_ = false;   // the poller will tell when it takes more
  bool bulk_ = false;
  bool ended_sink_ = false;
  bool timed_ = false;        // the piece waited for its time alone
  bool intercepted_ = false;  // what is read goes to the interceptor
  std::optional<net::Close>
      withheld_;  // how the source ended, where the sink is not to learn of it
  struct End {
    TimePoint arrival;
    net::Close how;
  };
  std::optional<End> source_end_;
  std::optional<End> finale_;  // of the connection, as the interceptor has it, and from when
  TimePoint arrival_{};        // of what is being read, once something asks for it

  Pipe pipe_;
  std::size_t piped_ = 0;  // bytes in it
  std::list<Chunk> queue_;
  std::int64_t queued_ = 0;                 // bytes in it, and a cost for each chunk
  std::optional<Schedule::Piece> piece_;    // what is left of the first one
  TimePoint gap_until_ = TimePoint::min();  // the last byte with a gap is due then
  net::Loop::Timer timer_;
};

}  // namespace seawall::relay
