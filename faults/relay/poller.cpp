#include "faults/relay/poller.hpp"

#include <array>
#include <iterator>

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
  while (round(limit) && loop_.now() < limit) {
  }
  if (again_.empty() || std::exchange(posted_, true)) return;
  loop_.post([this] {
    posted_ = false;
    poll();
  });
}

bool Poller::round(base::TimePoint limit) {
  std::array<epoll_event, 128> events;
  std::swap(turn_, again_);
  const int most = static_cast<int>(events.size());
  const int count = epoll_wait(epoll_.native_handle(), events.data(), most, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Watcher*>(event.data.ptr)->ready(event.events);
  }
  const bool any = count > 0 || !turn_.empty();
  // Those that the time does not suffice for come first in the next round.
  std::size_t served = 0;
  while (served < turn_.size() && (served == 0 || loop_.now() < limit))
    turn_[served++]->ready(turn);
  again_.insert(again_.begin(),
                std::make_move_iterator(turn_.begin() + static_cast<std::ptrdiff_t>(served)),
                std::make_move_iterator(turn_.end()));
  turn_.clear();
  return any;
}

}  // namespace seawall::relay
