// Accepts for one link, on one worker, and numbers what it accepts in the order in which the kernel
// completed it.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "faults/relay/descriptor.hpp"
#include "faults/relay/relay.hpp"
#include "faults/relay/worker.hpp"

namespace seawall::relay {

class Listener final : Poller::Watcher {
 public:
  struct Events {
    std::function<void(std::uint64_t number, Descriptor socket)> accepted;
    // Nothing can be accepted, and why; or again for a while, with an empty reason and how often
    // nothing could.
    std::function<void(const std::string& reason, std::uint64_t times)> trouble;
  };

  Listener(Worker& home, Events events);

  // `first`: the number of the first connection. The rest on the worker's thread.
  base::expected<Endpoint, StartError> open(const boost::asio::ip::tcp::endpoint& at,
                                            std::uint64_t first);
  // No event comes after it.
  void close();
  // While connects hang, new connections are neither made nor refused: the kernel's queue is kept
  // full, so that it drops what asks for one.
  void hang(bool hangs);
  // How many connects have hung: each try of each caller.
  std::uint64_t hung_connects() const;

 private:
  void ready(std::uint32_t events) override;
  bool accept();  // false: there is none, or none can be had for now
  // The operation that failed, if one did.
  const char* bind(const boost::asio::ip::tcp::endpoint& at, boost::asio::ip::tcp::endpoint& bound,
                   boost::system::error_code& error);
  void watch();
  void fill_queue();
  bool is_filler(const Descriptor& socket);

  Worker& home_;
  Events events_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint64_t next_ = 0;
  void cannot_accept(int error);
  std::uint32_t dropped() const;

  std::uint64_t troubles_ = 0;  // since it could for a while
  net::Loop::Timer calm_;       // runs out where it can for a while
  bool hangs_ = false;
  std::uint64_t hung_ = 0;            // connects, before this time
  std::uint32_t dropped_before_ = 0;  // by the kernel, when this time began
  std::vector<Descriptor> fillers_;   // connections to ourselves, while connects hang
  // Of those that have not come out of the queue: where they come from.
  std::vector<boost::asio::ip::tcp::endpoint> filler_names_;
  net::Loop::Timer again_;
};

// The address to listen at; numeric hosts at once, names by the system's resolver, which may block.
base::expected<boost::asio::ip::tcp::endpoint, StartError> resolve_listen(const Endpoint& endpoint);

}  // namespace seawall::relay
