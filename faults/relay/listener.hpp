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
    // Nothing can be accepted, and why; or again, with an empty reason.
    std::function<void(const std::string& reason)> trouble;
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

 private:
  void ready(std::uint32_t events) override;
  bool accept();  // false: there is none, or none can be had for now
  void watch();
  void fill_queue();
  bool is_filler(const Descriptor& socket);

  Worker& home_;
  Events events_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint64_t next_ = 0;
  bool troubled_ = false;
  bool hangs_ = false;
  std::vector<Descriptor> fillers_;          // connections to ourselves, while connects hang
  std::vector<std::uint16_t> filler_ports_;  // of those that have not come out of the queue
  net::Loop::Timer again_;
};

// The address to listen at; numeric hosts at once, names by the system's resolver, which may block.
base::expected<boost::asio::ip::tcp::endpoint, StartError> resolve_listen(const Endpoint& endpoint);

}  // namespace seawall::relay
