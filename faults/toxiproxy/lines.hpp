// The network as the proxies see it: a line listens, passes on, and does what its faults say. The
// relay's links are the real ones (relay_lines.hpp); a test that must not listen brings others.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/http/forward_proxy.hpp"
#include "faults/http/link.hpp"
#include "faults/relay/relay.hpp"

namespace seawall::toxiproxy {

class Line {
 public:
  virtual ~Line() = default;
  // As those of relay::Link.
  virtual base::expected<void, relay::StartError> start() = 0;
  virtual void stop() = 0;
  virtual relay::Endpoint listen() const = 0;
  virtual void set_faults(std::vector<relay::StreamFault> faults) = 0;
  virtual base::expected<void, relay::StartError> admit(relay::Link::Admission admission) = 0;
  virtual std::vector<relay::Link::Hits> stream_hits() const = 0;
  virtual std::vector<relay::Draw> draws() const = 0;
  virtual std::uint64_t hung_connects() const = 0;
  virtual relay::Counters counters() const = 0;
  virtual std::optional<stats::Histogram> injection_error() const = 0;
  // As those of http::Link.
  virtual base::expected<void, std::string> set_http_faults(std::vector<model::Fault> faults) = 0;
  virtual std::vector<http::Link::Use> hits() const = 0;
  virtual void always_read_along(bool always) = 0;
  virtual std::vector<http::Row> journal(const http::Query& query) const = 0;
};

// As http::ForwardProxy.
class ForwardLine {
 public:
  virtual ~ForwardLine() = default;
  virtual base::expected<void, relay::StartError> start() = 0;
  virtual relay::Endpoint listen() const = 0;
  virtual void set_routes(http::ForwardRoutes routes) = 0;
  virtual http::ForwardProxy::Counters counters() const = 0;
};

class Lines {
 public:
  virtual ~Lines() = default;
  virtual std::unique_ptr<Line> add(relay::Link::Settings settings) = 0;
  virtual std::unique_ptr<ForwardLine> add_forward(http::ForwardProxy::Settings settings) = 0;
  // The same with a numeric host; nothing where the name is unknown. May wait for a name server.
  virtual std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) = 0;
  // By the clock of the journals.
  virtual base::TimePoint now() const = 0;
};

}  // namespace seawall::toxiproxy
