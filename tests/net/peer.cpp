#include "net/peer.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/assert.hpp"

namespace seawall::net {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int make_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

Peer Peer::connect_to(std::uint16_t port) {
  Peer peer(make_socket());
  if (!peer.connect(port)) peer.state_ = State::reset;
  return peer;
}

Peer Peer::begin_connect_to(std::uint16_t port) {
  Peer peer(make_socket());
  const int flags = ::fcntl(peer.socket_, F_GETFL);
  ::fcntl(peer.socket_, F_SETFL, flags | O_NONBLOCK);
  (void)peer.connect(port);
  ::fcntl(peer.socket_, F_SETFL, flags);
  return peer;
}

bool Peer::connect(std::uint16_t port) {
  sockaddr_in address = loopback(port);
  return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

Peer::Peer(Peer&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      state_(other.state_),
      heard_(std::move(other.heard_)) {}

Peer& Peer::operator=(Peer&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(state_, other.state_);
  std::swap(heard_, other.heard_);
  return *this;
}

Peer::~Peer() { close(); }

void Peer::say(std::string_view bytes) {
  const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  base::require(n < 0 || static_cast<std::size_t>(n) == bytes.size(), "a test says all it has");
}

std::size_t Peer::offer(std::string_view bytes) {
  const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

void Peer::end() { ::shutdown(socket_, SHUT_WR); }

const std::string& Peer::heard() {
  std::array<char, 65536> some;
  while (socket_ >= 0 && state_ == State::open) {
    const ssize_t n = ::recv(socket_, some.data(), some.size(), MSG_DONTWAIT);
    if (n > 0)
      heard_.append(some.data(), static_cast<std::size_t>(n));
    else if (n == 0)
      state_ = State::ended;
    else if (errno == EAGAIN)
      break;
    else
      state_ = State::reset;
  }
  return heard_;
}

Peer::State Peer::state() {
  heard();
  return state_;
}

void Peer::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

PeerListener::PeerListener() : socket_(make_socket()) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool ready = ::bind(socket_, generic, size) == 0 && ::listen(socket_, 128) == 0 &&
                     ::getsockname(socket_, generic, &size) == 0 &&
                     ::fcntl(socket_, F_SETFL, O_NONBLOCK) == 0;
  base::require(ready, "a test can listen");
  port_ = ntohs(address.sin_port);
}

PeerListener::~PeerListener() { ::close(socket_); }

int PeerListener::accept() const { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

}  // namespace seawall::net
