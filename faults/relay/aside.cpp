#include "faults/relay/aside.hpp"

#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace seawall::relay {

Aside::Aside(Lane& lane, std::uint64_t number, Address callee, AsideRequest request)
    : lane_(lane), number_(number), callee_(std::move(callee)), request_(std::move(request)) {}

void Aside::start() {
  net::Loop& loop = lane_.worker.loop;
  if (request_.at <= loop.now()) return hurry();
  timer_ = loop.at(request_.at, [this] { hurry(); });
}

void Aside::hurry() {
  if (!std::exchange(waits_, false)) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(timer_);
  timer_ = loop.at(loop.now() + patience, [this] { close(); });
  connect();
}

void Aside::connect() {
  constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  channel_ = Channel(Descriptor(::socket(callee_.protocol().family(), type, IPPROTO_TCP)));
  if (!channel_) return close();
  const auto size = static_cast<socklen_t>(callee_.size());
  const bool at_once = ::connect(channel_.socket(), callee_.data(), size) == 0;
  if (!at_once && errno != EINPROGRESS) return close();
  if (!lane_.worker.poller.watch_edges(channel_.socket(), *this)) close();
}

// Whether it has been connected is told by the first thing that is done with it.
void Aside::ready(std::uint32_t) {
  if (closed_) return;
  if (!greeted_) {
    const Channel::State state = channel_.begin(lane_.callee_tls);
    if (state == Channel::State::later) return;
    if (state != Channel::State::done) return close();
    greeted_ = true;
  }
  send();
  if (!closed_) receive();
}

void Aside::send() {
  if (sent_ == request_.bytes.size()) return;
  const auto [state, sent] =
      channel_.write(request_.bytes.data() + sent_, request_.bytes.size() - sent_);
  sent_ += sent;
  if (state == Channel::State::broken) close();
}

void Aside::receive() {
  auto& scratch = lane_.worker.scratch;
  for (;;) {
    const auto [state, bytes] = channel_.read(scratch.data(), scratch.size());
    if (state == Channel::State::later) return;
    if (state != Channel::State::done) return close();
    if (request_.is_answered && request_.is_answered({scratch.data(), bytes})) return close();
  }
}

void Aside::close() {
  if (std::exchange(closed_, true)) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(timer_);
  channel_.close(net::Close::fin);
  // The caller of this may be a member function, and the poller may have an event for it yet.
  loop.post([self = shared_from_this()] {});
  lane_.aside_bytes -= size();
  lane_.asides.erase(number_);
}

}  // namespace seawall::relay
