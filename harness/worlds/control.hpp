// [control] toxiproxy: the HTTP API of Toxiproxy 2.x over the links of a run, for as long as it
// lasts. A client sees each link as a proxy ("orders -> payments") and may add, change and remove
// toxics on it, and disable it; what links there are, and where they lead, is the scenario's.
//
//   client --HTTP--> Server -> Api -> Proxies -> RunLines -> the links of the Proxy
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "faults/proxy/proxy.hpp"
#include "faults/toxiproxy/server.hpp"
#include "harness/model/services.hpp"
#include "harness/worlds/run_lines.hpp"

namespace seawall::worlds {

class Control {
 public:
  struct Seen {
    base::Link link;
    net::Address upstream;  // what a client is told of where it leads
  };

  // Listens, and answers from the time that this returns. `links` outlives it and does not stop
  // before close(). The error is a sentence for the user.
  static base::expected<std::unique_ptr<Control>, std::string> open(const model::HostPort& at,
                                                                    proxy::Proxy& links,
                                                                    const std::vector<Seen>& seen);
  ~Control() { close(); }
  Control(const Control&) = delete;

  // Answers nobody any more, and takes away all that clients have done; a sentence for each such
  // thing. The second time it does nothing.
  std::vector<std::string> close();

 private:
  // Whom clients talk to.
  struct Desk {
    explicit Desk(toxiproxy::Lines& lines);
    toxiproxy::Proxies proxies;
    toxiproxy::Forwards forwards;
    toxiproxy::Api api;
    std::unique_ptr<toxiproxy::Server> server;
  };

  explicit Control(proxy::Proxy& links);

  RunLines lines_;
  std::unique_ptr<Desk> desk_;  // until it is closed
};

}  // namespace seawall::worlds
