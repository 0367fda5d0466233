// One connection of a link: the caller's socket, the upstream's, and a flow for each direction. It
// ends when both directions have, when either side is reset (then the other is reset too), or when
// a fault says so.
//
// Held by its lane until it is closed, and by what the loop still owes it. Of its worker's thread.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "faults/relay/flow.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = Flow::Socket;

  // `caller` is open; `number`: see relay.hpp.
  Connection(Lane& lane, Socket caller, std::uint64_t number, Endpoint callee);

  // Connects to the upstream, and relays. Once.
  void start();
  // The faults of its lane are others than before.
  void faults_changed();
  // Ends it and takes it from its lane. What has been written arrives, but for a reset. Twice is
  // harmless.
  void close(net::Close how);

 private:
  friend class Flow;

  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

  void resolve();
  // The first of them; where it fails, the rest.
  void connect(Addresses addresses);
  void relay();
  void flow_done();

  void apply_faults(Flow& flow, Direction direction);
  std::vector<Applied> drawn_for(const Flow& flow, Direction direction) const;
  void set_end();

  Lane& lane_;
  const std::uint64_t number_;
  const Endpoint callee_;
  Socket caller_;
  Socket upstream_;
  std::optional<boost::asio::ip::tcp::resolver> resolver_;
  Flow up_;
  Flow down_;
  bool closed_ = false;
  net::Loop::Timer end_;
};

}  // namespace seawall::relay
