// The socket of one side of a connection, plain or with TLS on it.
#pragma once
#include <memory>

#include "faults/relay/descriptor.hpp"
#include "faults/relay/tls.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Channel {
 public:
  enum class State : std::uint8_t {
    done,
    later,   // nothing now; the poller will tell
    ended,   // the peer says no more
    broken,  // reset, or what came is no TLS
  };
  struct Moved {
    State state;
    std::size_t bytes = 0;
  };

  Channel() = default;
  // It is connected, or about to be, and does not block.
  explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}

  explicit operator bool() const { return static_cast<bool>(socket_); }
  int socket() const { return socket_.number(); }
  bool is_plain() const { return !tls_; }

  // Where there are settings, it speaks TLS from now on. later: again when it is ready.
  State begin(const std::shared_ptr<const TlsSettings>& settings);

  Moved read(char* bytes, std::size_t most);
  Moved write(const char* bytes, std::size_t count);
  // Of the bytes that it could not write, so many have been encrypted already: the next write
  // offers no fewer of them.
  std::size_t owed() const { return tls_ ? tls_->owed() : 0; }
  // Says no more, and goes on reading.
  void end();
  // By a reset, or so that what was written arrives.
  void close(net::Close how);

 private:
  Moved write_records(const char* bytes, std::size_t count);

  Descriptor socket_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace seawall::relay
