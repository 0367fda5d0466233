#include "faults/relay/worker.hpp"

#include <algorithm>
#include <csignal>
#include <future>

#include <pthread.h>

namespace seawall::relay {

namespace {

// splice() into a socket whose peer is gone raises the signal, and has no flag against it.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Worker::Worker(net::Loop::Clock clock)
    : loop(clock), poller(loop), thread_([this] {
        block_sigpipe();
        loop.run();
      }) {}

Worker::~Worker() {
  loop.stop();
  thread_.join();
}

void Worker::run(const std::function<void()>& action) {
  std::promise<void> done;
  loop.post([&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

std::size_t Worker::quantum() const {
  return std::max(scratch.size(), widest_pipe / std::max<std::size_t>(bulk_streams, 1));
}

}  // namespace seawall::relay
