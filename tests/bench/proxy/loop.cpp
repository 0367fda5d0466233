#include "tests/bench/proxy/loop.hpp"

#include <array>

#include <sys/epoll.h>
#include <unistd.h>

#include "harness/base/assert.hpp"

namespace seawall::bench {

Watcher::~Watcher() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Watcher::drop() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  descriptor_ = -1;
  auto& all = loop_.watchers_;
  const std::size_t place = place_;
  loop_.dropped_.push_back(std::move(all[place]));
  if (place + 1 != all.size()) {
    all[place] = std::move(all.back());
    all[place]->place_ = place;
  }
  all.pop_back();
}

void Watcher::watch(std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  const int operation = watched_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  base::require(::epoll_ctl(loop_.epoll_, operation, descriptor_, &event) == 0,
                "a socket of the benchmark can be watched");
  watched_ = true;
}

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  base::require(epoll_ >= 0, "the benchmark has a descriptor for its loop");
}

Loop::~Loop() {
  watchers_.clear();
  ::close(epoll_);
}

void Loop::turn() {
  std::array<epoll_event, 256> events;
  const int n = ::epoll_wait(epoll_, events.data(), events.size(), 0);
  for (int i = 0; i < n; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    auto* const watcher = static_cast<Watcher*>(event.data.ptr);
    if (watcher->descriptor() >= 0) watcher->ready(event.events);
  }
  dropped_.clear();
}

}  // namespace seawall::bench
