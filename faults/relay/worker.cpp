#include "faults/relay/worker.hpp"

#include <algorithm>
#include <csignal>
#include <future>

#include <pthread.h>

namespace seawall::relay {

namespace {

// Smaller ones cost more in system calls than they save in the cache: with 32 streams, 64 KiB took
// twice the processor time of 256 KiB.
constexpr std::size_t least_quantum = 256 * 1024;

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
  if (std::this_thread::get_id() == thread_.get_id()) return action();
  std::promise<void> done;
  loop.post([&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

std::size_t Worker::quantum() const {
  return std::max(least_quantum, widest_pipe / std::max<std::size_t>(bulk_streams, 1));
}

}  // namespace seawall::relay
