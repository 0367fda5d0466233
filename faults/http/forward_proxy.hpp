// A proxy as `http_proxy` means it, for one caller: it takes requests for hosts by their names, and
// passes each on to the link that stands for that host. Nothing of the caller is changed but the
// address of its proxy.
//
//   caller --GET http://payment:3002/charge--> ForwardProxy --GET /charge--> link "order ->
//   payment"
//          --CONNECT payment:3002------------>              --bytes-------->
//
//   http::ForwardProxy proxy(live::steady_now, {"order", {"127.0.0.1", 0}});
//   proxy.set_routes({{*make_route("payment:3002", "order -> payment")}});
//   proxy.start();
//
// What faults do, the links do: this only brings requests to them. A link that refuses, resets or
// hangs is seen so by the caller; a host that no route names is answered 403 with those that are
// known.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "faults/http/forward_routes.hpp"
#include "faults/relay/relay.hpp"

namespace seawall::http {

// All of it from any thread. It has a thread of its own.
class ForwardProxy {
 public:
  struct Settings {
    std::string caller;      // its name, for sentences
    relay::Endpoint listen;  // port 0: any free one
    // Whether a host that no route names may be connected to, where the routes pass such on; empty:
    // any. On the proxy's thread.
    std::function<bool(const std::string& host)> may_pass;
    // Takes a sentence for whoever runs it. Any thread.
    std::function<void(const std::string&)> tell;
  };
  struct Counters {
    std::uint64_t accepted = 0;  // connections so far
    std::uint64_t open = 0;      // now
    std::uint64_t requests = 0;  // that were passed on
    std::uint64_t tunnels = 0;   // that were made
    std::uint64_t refused = 0;   // requests and tunnels that were answered here
  };

  ForwardProxy(net::Loop::Clock clock, Settings settings);
  // Closes every connection.
  ~ForwardProxy();
  ForwardProxy(const ForwardProxy&) = delete;
  ForwardProxy& operator=(const ForwardProxy&) = delete;

  // Listens. Started twice is harmless.
  base::expected<void, relay::StartError> start();
  // As settings, with the address and the port in the place of name and 0 once it has started.
  relay::Endpoint listen() const;

  // Of requests that come from now on.
  void set_routes(ForwardRoutes routes);

  Counters counters() const;
  // The first few HOST:PORT to which nothing was passed on, because no route leads there.
  std::vector<std::string> strangers() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace seawall::http
