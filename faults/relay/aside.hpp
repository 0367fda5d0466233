// A request to the callee of a link over a connection of its own: sent when its time has come,
// and what comes back is discarded. It outlives the connection that asked for it.
//
// Of its worker's thread.
#pragma once
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "faults/relay/channel.hpp"
#include "faults/relay/interceptor.hpp"
#include "faults/relay/lane.hpp"

namespace seawall::relay {

class Aside final : public std::enable_shared_from_this<Aside>, Poller::Watcher {
 public:
  using Address = boost::asio::ip::tcp::endpoint;

  static constexpr std::size_t most_waiting = 20'000;              // of a lane
  static constexpr std::size_t most_sent = 1024;                   // of them, at once
  static constexpr std::size_t most_bytes = 64 << 20;              // of all of them
  static constexpr std::size_t largest = 1 << 20;                  // of one, in bytes
  static constexpr Duration patience = std::chrono::seconds(120);  // from when it is sent

  Aside(Lane& lane, std::uint64_t number, Address callee, AsideRequest request);
  // Waits for its time. Once.
  void start();
  // Does not wait any longer, but for others that were due before it.
  void hurry();
  // Waits until it is hurried, whatever its time.
  void hold();
  // Ends it and takes it from its lane. Twice is harmless.
  void close();
  std::size_t size() const { return request_.bytes.size(); }
  // See AsideRequest.
  bool comes_before(const Aside& other) const;

 private:
  static void send_due(Lane& lane);
  void ready(std::uint32_t events) override;
  void connect();
  void send();
  void receive();

  Lane& lane_;
  const std::uint64_t number_;
  const Address callee_;
  AsideRequest request_;
  std::size_t sent_ = 0;
  bool waits_ = true;
  bool counts_ = false;  // among those that are sent
  bool closed_ = false;
  Channel channel_;
  bool greeted_ = false;    // it has agreed on TLS, where the link speaks it
  net::Loop::Timer timer_;  // of its time, and then of its patience
};

}  // namespace seawall::relay
