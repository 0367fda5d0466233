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
  socket_ = Descriptor(::socket(callee_.protocol().family(), type, IPPROTO_TCP));
  if (!socket_) return close();
  const auto size = static_cast<socklen_t>(callee_.size());
  const bool at_once = ::connect(socket_.number(), callee_.data(), size) == 0;
  if (!at_once && errno != EINPROGRESS) return close();
  if (!lane_.worker.poller.watch_edges(socket_.number(), *this)) close();
}

// Whether it has been connected is told by the first thing that is done with it.
void Aside::ready(std::uint32_t events) {
  if (!closed_ && (events & EPOLLOUT) != 0) send();
  if (!closed_ && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive();
}

void Aside::send() {
  while (sent_ < request_.bytes.size()) {
    const ssize_t n = ::send(socket_.number(), request_.bytes.data() + sent_,
                             request_.bytes.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n < 0) return close();
    sent_ += static_cast<std::size_t>(n);
  }
}

void Aside::receive() {
  auto& scratch = lane_.worker.scratch;
  while (true) {
    const ssize_t n = ::recv(socket_.number(), scratch.data(), scratch.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n <= 0) return close();
    const std::string_view bytes(scratch.data(), static_cast<std::size_t>(n));
    if (request_.is_answered && request_.is_answered(bytes)) return close();
  }
}

void Aside::close() {
  if (std::exchange(closed_, true)) return;
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(timer_);
  socket_.close();
  // The caller of this may be a member function, and the poller may have an event for it yet.
  loop.post([self = shared_from_this()] {});
  lane_.aside_bytes -= size();
  lane_.asides.erase(number_);
}

}  // namespace seawall::relay
