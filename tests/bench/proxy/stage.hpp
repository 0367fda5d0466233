// A server, and a contestant before it, that run.
#pragma once
#include <memory>

#include "tests/bench/proxy/contestants.hpp"
#include "tests/bench/proxy/ends.hpp"

namespace seawall::bench {

class Stage {
 public:
  Stage(const Contestant& contestant, const Cores& cores)
      : upstream_(free_port()),
        port_(contestant.start ? free_port() : upstream_),
        server_(loop.adopt<Server>(upstream_)),
        proxy_(contestant.start ? contestant.start(port_, upstream_, cores.proxy) : nullptr) {}

  Loop loop;
  std::uint16_t port() const { return port_; }  // that clients connect to
  const Server& server() const { return server_; }
  Proxy* proxy() const { return proxy_.get(); }
  // Zero without a proxy.
  base::Duration processor_time() const {
    return proxy_ ? proxy_->child().processor_time() : base::Duration{};
  }
  // Of the clients, the server and the proxy, for a core that other work had.
  base::Duration waiting_time() const {
    const base::Duration ends = waiting_time_of_this_thread();
    return proxy_ ? ends + proxy_->child().waiting_time() : ends;
  }

 private:
  std::uint16_t upstream_;
  std::uint16_t port_;
  Server& server_;
  std::unique_ptr<Proxy> proxy_;  // ends before the sockets of the loop do
};

}  // namespace seawall::bench
