// One connection of a link: the caller's socket, the upstream's, and a flow for each direction. It
// ends when both directions have, when either side is reset (then the other is reset too), or when
// a fault says so.
//
// Held by its lane until it is closed, and by what the loop still owes it. Of its worker's thread.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "faults/relay/descriptor.hpp"
#include "faults/relay/flow.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `caller` is connected; `number`: see relay.hpp.
  Connection(Lane& lane, Descriptor caller, std::uint64_t number, Endpoint callee);

  // Connects to the callee, and relays. Once.
  void start();
  // The faults of its lane are others than before.
  void faults_changed();
  // Ends it and takes it from its lane. What has been written arrives, but for a reset. Twice is
  // harmless.
  void close(net::Close how);

 private:
  friend class Flow;

  // One side, which reads into a flow and is written to by the other.
  struct Side final : Poller::Watcher {
    Side(Connection& c, Flow& from, Flow& to) : connection(c), reads(from), writes(to) {}
    void ready(std::uint32_t events) override { connection.ready(*this, events); }

    Connection& connection;
    Flow& reads;
    Flow& writes;
    Channel channel;
  };
  using Address = boost::asio::ip::tcp::endpoint;

  void ready(Side& side, std::uint32_t events);
  void resolve();
  // The first of them; where it fails, the rest.
  void connect(std::vector<Address> addresses);
  void connected(int error);
  void shake_hands();
  void relay();
  void fail(int error);
  void flow_done();
  // Its source has more, which waits until others have had their turn.
  void read_again(const Flow& flow);

  void apply_faults(Flow& flow, Direction direction);
  std::vector<Applied> drawn_for(const Flow& flow, Direction direction) const;
  void set_end();

  Lane& lane_;
  const std::uint64_t number_;
  const Endpoint callee_;
  std::optional<boost::asio::ip::tcp::resolver> resolver_;
  std::vector<Address> next_;  // to be tried where this one fails
  Flow up_;
  Flow down_;
  Side caller_;
  Side upstream_;
  enum class Stage : std::uint8_t { connecting, shaking_hands, relaying, closed };
  Stage stage_ = Stage::connecting;
  bool closed() const { return stage_ == Stage::closed; }

  net::Loop::Timer end_;
};

}  // namespace seawall::relay
