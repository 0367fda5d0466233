#include "faults/relay/poller.hpp"

#include <array>

#include <sys/epoll.h>

#include "harness/base/assert.hpp"

namespace seawall::relay {

namespace {

// After so long the loop gets its turn, whatever is ready: timers wait no longer than that.
constexpr base::Duration most_time = std::chrono::microseconds(200);

int make_epoll() {
  const int made = epoll_create1(EPOLL_CLOEXEC);
  base::require(made >= 0, "a relay has a descriptor for its sockets");
  return made;
}

}  // namespace

Poller::Poller(net::Loop& loop) : loop_(loop), epoll_(loop.context(), make_epoll()) { wait(); }

bool Poller::watch_edges(int socket, Watcher& watcher) {
  return add(socket, watcher, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

bool Poller::watch_level(int socket, Watcher& watcher) { return add(socket, watcher, EPOLLIN); }

void Poller::unwatch(int socket) {
  epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
}

bool Poller::add(int socket, Watcher& watcher, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watcher;
  return epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void Poller::wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const auto& error) {
    if (error) return;
    poll();
    wait();
  });
}

void Poller::poll() {
  const base::TimePoint limit = loop_.now() + most_time;
  while (round())
    if (loop_.now() > limit) break;
  if (!again_.empty()) loop_.post([this] { poll(); });
}

bool Poller::round() {
  std::array<epoll_event, 128> events;
  std::swap(turn_, again_);
  const int most = static_cast<int>(events.size());
  const int count = epoll_wait(epoll_.native_handle(), events.data(), most, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Watcher*>(event.data.ptr)->ready(event.events);
  }
  for (const auto& watcher : turn_) watcher->ready(EPOLLIN);
  const bool any = count > 0 || !turn_.empty();
  turn_.clear();
  return any;
}

}  // namespace seawall::relay
