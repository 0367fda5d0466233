// The two ends of what a proxy is between: one server, whose first byte of a connection says what
// it is to do, and the clients. All share one loop, and none does more than the measurement needs.
#pragma once
#include <cstdint>

#include "harness/stats/histogram.hpp"
#include "tests/bench/proxy/loop.hpp"

namespace seawall::bench {

// What a client wants from the server: the first byte that it sends.
enum class Wish : char {
  answers = 'G',  // a small HTTP answer to every request, on and on
  answer = 'C',   // to one, and then it closes
  stream = 'S',   // the pattern without an end
  part = 'P',     // streamed_part bytes of the pattern, and then it closes
  echo = 'E',     // what comes after this byte comes back
};
constexpr std::uint64_t streamed_part = 4 << 20;

// Both of a fixed length: to parse is not what is measured.
extern const std::string_view small_request;       // of Wish::answers
extern const std::string_view last_small_request;  // of Wish::answer
extern const std::string_view small_answer;

class Server : public Watcher {
 public:
  // Listens on this port of the loopback interface.
  Server(Loop& loop, std::uint16_t port);
  void ready(std::uint32_t events) override;
  std::uint64_t accepted() const { return accepted_; }
  // Bytes of streams and parts that the kernel took.
  std::uint64_t streamed() const { return streamed_; }

 private:
  class Connection;
  std::uint64_t accepted_ = 0;
  std::uint64_t streamed_ = 0;
};

// A socket that is connecting, or has. Not blocking.
int connect_to(std::uint16_t port);

// Receives a stream or a part.
class Receiver : public Watcher {
 public:
  enum class How { count, check };  // to count, bytes need not leave the kernel
  Receiver(Loop& loop, std::uint16_t port, Wish wish, How how);
  void ready(std::uint32_t events) override;
  // Leaves what comes where it is, or reads it again.
  void pause();
  void resume();
  std::uint64_t received() const { return received_; }
  bool ended() const { return ended_; }
  bool intact() const { return intact_; }  // of How::check

 private:
  How how_;
  std::uint64_t received_ = 0;
  bool ended_ = false;
  bool intact_ = true;
};

// Sends a small request as soon as it has the answer to the one before.
class Asker : public Watcher {
 public:
  // Records how long each took.
  Asker(Loop& loop, std::uint16_t port, stats::Histogram& times);
  void ready(std::uint32_t events) override;
  void ask() { ask(live::steady_now()); }
  // As if at this moment: one that is late counts as a late answer.
  void ask(base::TimePoint at);
  std::uint64_t answered() const { return answered_; }
  void stop() { stopped_ = true; }  // after the answer that it waits for
  bool broken() const { return broken_; }

 private:
  stats::Histogram& times_;
  base::TimePoint asked_{};
  std::size_t received_ = 0;  // of the answer
  std::uint64_t answered_ = 0;
  bool stopped_ = false;
  bool broken_ = false;
};

// Counts of all the visits of one measurement.
struct Visits {
  std::uint64_t complete = 0;
  std::uint64_t broken = 0;
};

// A connection, a small request, its answer, the end; and the next. It is the server that closes
// first, so that what waits for late packets (TIME_WAIT) are listening sides, which keep no port of
// an outgoing connection from its next use.
class Visitor : public Watcher {
 public:
  Visitor(Loop& loop, std::uint16_t port, Visits& visits);
  void ready(std::uint32_t events) override;

 private:
  void send();
  std::uint16_t port_;
  Visits& visits_;
  bool sent_ = false;
  std::size_t received_ = 0;
};

// Sends pieces of the pattern when told to and checks what comes back.
class Echoer : public Watcher {
 public:
  Echoer(Loop& loop, std::uint16_t port);
  void ready(std::uint32_t events) override;
  void send();
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  bool intact() const { return intact_; }

 private:
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool intact_ = true;
};

}  // namespace seawall::bench
