#include "faults/relay/channel.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

namespace seawall::relay {

namespace {

using net::Close;

Channel::State state_of(TlsSession::State state) {
  switch (state) {
    case TlsSession::State::done:
      return Channel::State::done;
    case TlsSession::State::wants_more:
      return Channel::State::later;
    case TlsSession::State::ended:
      return Channel::State::ended;
    case TlsSession::State::failed:
      break;
  }
  return Channel::State::broken;
}

// No signal interrupts a call that does not block.
Channel::State failed_state() {
  return errno == EAGAIN || errno == EWOULDBLOCK ? Channel::State::later : Channel::State::broken;
}

// A socket that is closed with bytes unread sends a reset after its last bytes, and the peer may
// lose them. What comes after this much is a flood that ends as it may.
void discard_input(int socket) {
  constexpr int most = 64;
  constexpr std::size_t each = 1 << 20;
  for (int i = 0; i < most; ++i)
    if (::recv(socket, nullptr, each, MSG_TRUNC | MSG_DONTWAIT) <= 0) break;
}

}  // namespace

Channel::State Channel::begin(const std::shared_ptr<const TlsSettings>& settings) {
  if (!settings) return State::done;
  if (!tls_) tls_ = std::make_unique<TlsSession>(settings, socket_.number());
  return state_of(tls_->handshake());
}

Channel::Moved Channel::read(char* bytes, std::size_t most) {
  if (tls_) {
    const TlsSession::Moved moved = tls_->read(bytes, most);
    return {state_of(moved.state), moved.bytes};
  }
  const ssize_t got = ::recv(socket_.number(), bytes, most, 0);
  if (got < 0) return {failed_state()};
  return {got == 0 ? State::ended : State::done, static_cast<std::size_t>(got)};
}

Channel::Moved Channel::write(const char* bytes, std::size_t count) {
  if (tls_) return write_records(bytes, count);
  const ssize_t sent = ::send(socket_.number(), bytes, count, MSG_NOSIGNAL);
  if (sent < 0) return {failed_state()};
  return {State::done, static_cast<std::size_t>(sent)};
}

// Record by record, until it is all written or no more can be.
Channel::Moved Channel::write_records(const char* bytes, std::size_t count) {
  Moved all{State::done};
  while (all.state == State::done && all.bytes < count) {
    const TlsSession::Moved moved = tls_->write(bytes + all.bytes, count - all.bytes);
    all.bytes += moved.bytes;
    all.state = moved.state == TlsSession::State::ended ? State::broken : state_of(moved.state);
  }
  return all;
}

void Channel::end() {
  if (tls_) tls_->end();
  ::shutdown(socket_.number(), SHUT_WR);  // where its peer has gone meanwhile, a read will tell
}

void Channel::close(Close how) {
  if (!socket_) return;
  if (how == Close::reset) {
    const linger at_once{1, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  } else {
    if (tls_) tls_->end();
    discard_input(socket_.number());
  }
  tls_.reset();
  socket_.close();
}

}  // namespace seawall::relay
