// Tells of many sockets when they are ready. It is an epoll set of its own inside a loop: a relay
// has no work for each wait but one read and one write, and what a general loop adds to that (an
// operation that is allocated, queued and locked, and a system call to arm it or to learn that
// nothing has come yet) was a quarter of its time. Timers and what other threads ask for stay with
// the loop.
//
// Of the loop's thread.
#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "harness/net/loop.hpp"

namespace seawall::relay {

class Poller {
 public:
  class Watcher {
   public:
    // Bits of epoll. Of a socket that is closed meanwhile, a last call may still come in the same
    // round: what it is called on has to outlive what the loop has posted.
    virtual void ready(std::uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  explicit Poller(net::Loop& loop);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Until it is closed or unwatched. Edges: each change is told once, for both directions; levels:
  // told of what can be read, as long as it can. False: the kernel has no room for it.
  bool watch_edges(int socket, Watcher& watcher);
  bool watch_level(int socket, Watcher& watcher);
  void unwatch(int socket);
  // It is told `turn` in place of bits once the others have had theirs. To be asked for once at a
  // time.
  static constexpr std::uint32_t turn = 0;
  void again(std::shared_ptr<Watcher> watcher) { again_.push_back(std::move(watcher)); }

 private:
  void wait();
  void poll();
  bool round(base::TimePoint limit);  // false: nothing was ready
  bool add(int socket, Watcher& watcher, std::uint32_t events);

  net::Loop& loop_;
  boost::asio::posix::stream_descriptor epoll_;
  std::vector<std::shared_ptr<Watcher>> again_;
  std::vector<std::shared_ptr<Watcher>> turn_;  // of this round, empty in between
  bool posted_ = false;                         // poll() will come again by itself
};

}  // namespace seawall::relay
