// One thread of a relay with what its connections share: the loop, the poller of their sockets, a
// buffer for reads, and pipes.
#pragma once
#include <array>
#include <functional>
#include <thread>

#include "faults/relay/pipe_pool.hpp"
#include "faults/relay/poller.hpp"
#include "harness/net/loop.hpp"

namespace seawall::relay {

class Worker {
 public:
  explicit Worker(net::Loop::Clock clock);
  // Its connections are gone before.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // On the worker's thread, and done when this returns. From its own it runs at once.
  void run(const std::function<void()>& action);

  net::Loop loop;

  // Of its own thread, as all below.
  std::array<char, 64 * 1024> scratch;
  Poller poller;
  PipePool pipes;
  // How many streams move bytes through a pipe: the more, the less each at once, because together
  // they should fit into the cache.
  std::size_t bulk_streams = 0;
  std::size_t quantum() const;

 private:
  std::thread thread_;
};

}  // namespace seawall::relay
