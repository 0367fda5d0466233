// A bare TCP peer for tests: it says and hears exactly the bytes that a test wants. Never blocks.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace seawall::net {

class Peer {
 public:
  enum class State : std::uint8_t { open, ended, reset };

  static Peer connect_to(std::uint16_t port);
  // Does not wait until it is connected, if it ever is.
  static Peer begin_connect_to(std::uint16_t port);
  explicit Peer(int socket) : socket_(socket) {}
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&& other) noexcept;
  ~Peer();

  void say(std::string_view bytes);
  // How many of the bytes the kernel takes now.
  std::size_t offer(std::string_view bytes);
  // Says no more, and goes on hearing.
  void end();
  // All that came so far.
  const std::string& heard();
  // How the other side has ended, if it has.
  State state();
  void close();
  void reset();

 private:
  bool connect(std::uint16_t port);
  int socket_;
  State state_ = State::open;
  std::string heard_;
};

// Listens on a free port of 127.0.0.1.
class PeerListener {
 public:
  PeerListener();
  ~PeerListener();
  PeerListener(const PeerListener&) = delete;
  std::uint16_t port() const { return port_; }
  // The connections that came are `peers`' new last elements.
  template <class Peers>
  std::size_t accept_into(Peers& peers) {
    for (int socket = accept(); socket >= 0; socket = accept()) peers.emplace_back(socket);
    return peers.size();
  }

 private:
  int accept() const;
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace seawall::net
