#include "tests/bench/proxy/ends.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/assert.hpp"
#include "tests/bench/proxy/pattern.hpp"

namespace seawall::bench {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_on(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = loopback(port);
  base::require(
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
          ::listen(listener, 4096) == 0,
      "the benchmark's server can listen");
  return listener;
}

void set_no_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

ssize_t send_text(int socket, std::string_view text) {
  return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

bool would_wait(ssize_t result) {
  return result < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOTCONN);
}

}  // namespace

const std::string_view small_request =
    "GET /orders/17 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
const std::string_view last_small_request =
    "CET /orders/17 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
const std::string_view small_answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n"
    "{\"order\":17,\"state\":\"paid\"}\n";

// One at the server.
class Server::Connection : public Watcher {
 public:
  Connection(Loop& loop, int socket, Server& server) : Watcher(loop, socket), server_(server) {
    set_no_delay(socket);
    watch(EPOLLIN);
  }
  void ready(std::uint32_t events) override {
    if (events & EPOLLIN)
      receive();
    else if (events & (EPOLLERR | EPOLLHUP))
      return drop();
    if (descriptor() >= 0 && (events & EPOLLOUT)) stream();
  }

 private:
  void receive() {
    std::array<char, 16384> bytes;
    const ssize_t n = ::recv(descriptor(), bytes.data(), bytes.size(), 0);
    if (would_wait(n)) return;
    if (n <= 0) return drop();
    std::string_view text(bytes.data(), static_cast<std::size_t>(n));
    if (!known_) begin(text);
    switch (wish_) {
      case Wish::answers:
      case Wish::answer:
        return answer(text.size());
      case Wish::echo:
        // A client never has more under way than the buffer of a socket takes.
        base::require(send_text(descriptor(), text) == static_cast<ssize_t>(text.size()),
                      "an echo fits into the buffer of its socket");
        return;
      case Wish::stream:
      case Wish::part:
        return;
    }
  }
  void begin(std::string_view& text) {
    known_ = true;
    wish_ = static_cast<Wish>(text.front());
    if (wish_ == Wish::echo) text.remove_prefix(1);
    if (wish_ == Wish::stream || wish_ == Wish::part) watch(EPOLLIN | EPOLLOUT);
  }
  void answer(std::size_t more) {
    received_ += more;
    for (; received_ >= small_request.size(); received_ -= small_request.size())
      send_text(descriptor(), small_answer);
    if (wish_ == Wish::answer && received_ == 0) drop();
  }
  void stream() {
    // Several periods at once: a call for each would cost the core of the ends as much as the
    // bytes.
    std::array<iovec, 4> pieces;
    std::uint64_t left = pieces.size() * pattern_period;
    if (wish_ == Wish::part) left = std::min(left, streamed_part - sent_);
    std::size_t count = 0;
    for (std::uint64_t at = sent_; count < pieces.size() && left > 0; ++count) {
      const std::span<const char> bytes = pattern_at(at, left);
      pieces[count] = {const_cast<char*>(bytes.data()), bytes.size()};
      at += bytes.size();
      left -= bytes.size();
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t n = ::sendmsg(descriptor(), &message, MSG_NOSIGNAL);
    if (would_wait(n)) return;
    if (n < 0) return drop();
    sent_ += static_cast<std::uint64_t>(n);
    server_.streamed_ += static_cast<std::uint64_t>(n);
    if (wish_ == Wish::part && sent_ == streamed_part) {
      ::shutdown(descriptor(), SHUT_WR);
      watch(EPOLLIN);
    }
  }

  Server& server_;
  bool known_ = false;
  Wish wish_ = Wish::answers;
  std::size_t received_ = 0;  // of the request
  std::uint64_t sent_ = 0;    // of the pattern
};

Server::Server(Loop& loop, std::uint16_t port) : Watcher(loop, listen_on(port)) { watch(EPOLLIN); }

void Server::ready(std::uint32_t) {
  for (int i = 0; i < 64; ++i) {
    const int socket = ::accept4(descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    ++accepted_;
    loop_.adopt<Connection>(socket, *this);
  }
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  base::require(socket >= 0, "the benchmark has descriptors enough (ulimit -n)");
  set_no_delay(socket);
  const sockaddr_in address = loopback(port);
  const int done = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  base::require(done == 0 || errno == EINPROGRESS || errno == ECONNREFUSED,
                "the benchmark can connect");
  return socket;
}

namespace {

// On loopback the peer's kernel has answered before connect() returns, so that this can send at
// once.
int connect_and_send(std::uint16_t port, std::string_view text) {
  const int socket = connect_to(port);
  base::require(send_text(socket, text) == static_cast<ssize_t>(text.size()),
                "a new connection takes its first bytes");
  return socket;
}

std::string_view as_text(const Wish& wish) { return {reinterpret_cast<const char*>(&wish), 1}; }

}  // namespace

Receiver::Receiver(Loop& loop, std::uint16_t port, Wish wish, How how)
    : Watcher(loop, connect_and_send(port, as_text(wish))), how_(how) {
  watch(EPOLLIN);
}

void Receiver::ready(std::uint32_t) {
  static std::array<char, 256 << 10> bytes;
  // MSG_TRUNC throws away what it counts: no copy on the core of the ends.
  const bool check = how_ == How::check;
  const ssize_t n = check ? ::recv(descriptor(), bytes.data(), bytes.size(), 0)
                          : ::recv(descriptor(), nullptr, 4 << 20, MSG_TRUNC);
  if (would_wait(n)) return;
  if (n <= 0) {
    ended_ = true;
    watch(0);
    return;
  }
  if (check) intact_ &= is_pattern(received_, {bytes.data(), static_cast<std::size_t>(n)});
  received_ += static_cast<std::uint64_t>(n);
}

void Receiver::pause() { watch(0); }
void Receiver::resume() { watch(EPOLLIN); }

Asker::Asker(Loop& loop, std::uint16_t port, stats::Histogram& times)
    : Watcher(loop, connect_to(port)), times_(times) {
  watch(EPOLLIN);
}

void Asker::ask(base::TimePoint at) {
  asked_ = at;
  broken_ |= send_text(descriptor(), small_request) < 0;
}

void Asker::ready(std::uint32_t) {
  std::array<char, 1024> bytes;
  const ssize_t n = ::recv(descriptor(), bytes.data(), bytes.size(), 0);
  if (would_wait(n)) return;
  if (n <= 0) {
    broken_ = true;
    watch(0);
    return;
  }
  received_ += static_cast<std::size_t>(n);
  if (received_ < small_answer.size()) return;
  received_ = 0;
  ++answered_;
  times_.record(live::steady_now() - asked_);
  if (!stopped_) ask();
}

Visitor::Visitor(Loop& loop, std::uint16_t port, Visits& visits)
    : Watcher(loop, connect_to(port)), port_(port), visits_(visits) {
  send();
  watch(sent_ ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Visitor::send() {
  const ssize_t n = send_text(descriptor(), last_small_request);
  sent_ = n > 0;
}

void Visitor::ready(std::uint32_t events) {
  if (!sent_ && (events & EPOLLOUT)) {
    send();
    if (sent_) watch(EPOLLIN);
  }
  if (!(events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return;
  std::array<char, 1024> bytes;
  const ssize_t n = ::recv(descriptor(), bytes.data(), bytes.size(), 0);
  if (would_wait(n)) return;
  if (n > 0) {
    received_ += static_cast<std::size_t>(n);
    return;
  }
  ++(n == 0 && received_ == small_answer.size() ? visits_.complete : visits_.broken);
  Loop& loop = loop_;
  const std::uint16_t port = port_;
  Visits& visits = visits_;
  drop();
  loop.adopt<Visitor>(port, visits);
}

Echoer::Echoer(Loop& loop, std::uint16_t port)
    : Watcher(loop, connect_and_send(port, as_text(Wish::echo))) {
  watch(EPOLLIN);
}

void Echoer::send() {
  const std::span<const char> bytes = pattern_at(sent_, 64);
  const ssize_t n = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n > 0) sent_ += static_cast<std::uint64_t>(n);
}

void Echoer::ready(std::uint32_t) {
  std::array<char, 4096> bytes;
  const ssize_t n = ::recv(descriptor(), bytes.data(), bytes.size(), 0);
  if (would_wait(n)) return;
  if (n <= 0) {
    intact_ = false;
    watch(0);
    return;
  }
  intact_ &= is_pattern(received_, {bytes.data(), static_cast<std::size_t>(n)});
  received_ += static_cast<std::uint64_t>(n);
}

}  // namespace seawall::bench
