// The links of a run as lines: what toxics do to them comes beside the faults of the run, whose
// hits they are not counted with.
//
//   Proxies --toxics, enabled--> RunLines --Meddling--> proxy::Link <--faults-- Armory
//
// A line is no more than a hold on its link: it opens and moves nothing, and where it goes the link
// is as the run has it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "faults/proxy/proxy.hpp"
#include "faults/toxiproxy/lines.hpp"

namespace seawall::worlds {

class RunLines final : public toxiproxy::Lines {
 public:
  // `links` outlives it, and does not stop before the last line is gone.
  RunLines(proxy::Proxy& links, net::Loop::Clock clock) : links_(links), clock_(clock) {}

  // `settings.name` is that of a link of the run: "orders -> payments".
  std::unique_ptr<toxiproxy::Line> add(relay::Link::Settings settings) override;
  // There is none: the routes that ask for it are closed where proxies are fixed.
  std::unique_ptr<toxiproxy::ForwardLine> add_forward(
      http::ForwardProxy::Settings settings) override;
  std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) override {
    return endpoint;
  }
  base::TimePoint now() const override { return clock_(); }

  // What clients have done to a link.
  struct Use {
    std::map<std::string, relay::Link::Hits> toxics;  // by name; those that were removed too
    int shut = 0;                                     // so many times
  };
  // By the name of the link. Once the lines are gone.
  const std::map<std::string, Use>& uses() const { return uses_; }

 private:
  class RunLine;

  proxy::Proxy& links_;
  const net::Loop::Clock clock_;
  std::map<std::string, Use> uses_;  // of the thread that asks the lines: Proxies has the lock
};

}  // namespace seawall::worlds
