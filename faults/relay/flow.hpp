// One direction of a connection: what it reads from its source it writes to its sink, at once or
// when its schedule says so.
//
//   source --read--> small buffer --------------------------> sink      one small message
//                    scratch of the worker -----------------> sink      more of them
//                    pipe ----------------------------------> sink      bulk, spliced
//                    queue --- schedule: pieces, deadlines --> sink      with a fault, or a full
//                    sink
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
#include "faults/relay/lane.hpp"
#include "faults/relay/pipe_pool.hpp"
#include "faults/relay/schedule.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Flow {
 public:
  Flow(Connection& connection, Lane& lane, Direction direction);

  // Both sides are connected. They stay open until stop().
  void start(Channel& source, Channel& sink);
  // The source has more, or its end; the sink takes more.
  void source_ready(bool hung_up);
  void sink_ready();
  // Nothing is read or written after it, and the lane may go.
  void stop();

  // The faults from now on; null: none.
  void set_schedule(std::unique_ptr<Schedule> schedule);
  const Schedule* schedule() const { return schedule_.get(); }
  // Of the first byte that has not passed.
  std::int64_t offset() const { return offset_; }
  // It has passed the end of its source.
  bool done() const { return ended_sink_; }

 private:
  struct Chunk {
    std::string bytes;
    std::size_t passed;  // of them
    std::int64_t start;  // offset in the stream
    TimePoint arrival;
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

  // To the sink. pump() writes what is due and sees to it that everything else follows.
  void queue(const char* bytes, std::size_t count);
  void pump();
  bool pass_piece(TimePoint now);  // false: no more for now
  Schedule::Piece next_piece(const Chunk& chunk, std::size_t left, TimePoint now);
  bool at_limit() const;
  void pass_end(TimePoint now);
  std::size_t write(const char* bytes, std::size_t count);
  void wake_at(TimePoint due);
  void note_lateness(TimePoint now);

  Connection& connection_;
  Lane& lane_;
  Lane::Bytes& count_;
  Channel* source_ = nullptr;
  Channel* sink_ = nullptr;
  std::unique_ptr<Schedule> schedule_;

  std::int64_t offset_ = 0;
  bool stopped_ = true;
  bool readable_ = false;   // the source may have more: the poller tells of changes alone
  bool hung_up_ = false;    // its peer says no more: what it has is read to the end
  bool sink_full_ = false;  // the poller will tell when it takes more
  bool bulk_ = false;
  bool ended_sink_ = false;
  bool timed_ = false;  // the piece waited for its time alone
  struct End {
    TimePoint arrival;
    net::Close how;
  };
  std::optional<End> source_end_;
  TimePoint arrival_{};  // of what is being read, once something asks for it

  Pipe pipe_;
  std::size_t piped_ = 0;  // bytes in it
  std::list<Chunk> queue_;
  std::int64_t queued_ = 0;               // bytes in it, and a cost for each chunk
  std::optional<Schedule::Piece> piece_;  // what is left of the first one
  net::Loop::Timer timer_;
};

}  // namespace seawall::relay
