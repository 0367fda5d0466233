#include "faults/toxiproxy/relay_lines.hpp"

#include "harness/net/resolve.hpp"

namespace seawall::toxiproxy {
namespace {

// Reading along costs: HTTP that passes takes more of a core, and a large body is not spliced. So
// that is done while somebody has use for it, and else bytes pass as TCP.
class RelayLine final : public Line {
 public:
  RelayLine(relay::Relay& relay, http::Link::Settings settings)
      : link_(relay, std::move(settings)) {
    link_.always_read_along(false);
  }

  base::expected<void, relay::StartError> start() override { return link_.tcp().start(); }
  void stop() override { link_.tcp().stop(); }
  relay::Endpoint listen() const override { return link_.tcp().listen(); }
  void set_faults(std::vector<relay::StreamFault> faults) override {
    link_.tcp().set_faults(std::move(faults));
  }
  base::expected<void, relay::StartError> admit(relay::Link::Admission admission) override {
    return link_.tcp().admit(admission);
  }
  std::vector<relay::Link::Hits> stream_hits() const override { return link_.tcp().hits(); }
  std::vector<relay::Draw> draws() const override { return link_.tcp().draws(); }
  std::uint64_t hung_connects() const override { return link_.tcp().hung_connects(); }
  relay::Counters counters() const override { return link_.tcp().counters(); }
  std::optional<stats::Histogram> injection_error() const override {
    return link_.tcp().injection_error();
  }
  base::expected<void, std::string> set_http_faults(std::vector<model::Fault> faults) override {
    return link_.set_faults(std::move(faults));
  }
  std::vector<http::Link::Use> hits() const override { return link_.hits(); }
  void always_read_along(bool always) override { link_.always_read_along(always); }
  std::vector<http::Row> journal(const http::Query& query) const override {
    return link_.journal().select(query);
  }

 private:
  http::Link link_;
};

class RelayForward final : public ForwardLine {
 public:
  RelayForward(net::Loop::Clock clock, http::ForwardProxy::Settings settings)
      : proxy_(clock, std::move(settings)) {}

  base::expected<void, relay::StartError> start() override { return proxy_.start(); }
  relay::Endpoint listen() const override { return proxy_.listen(); }
  void set_routes(http::ForwardRoutes routes) override { proxy_.set_routes(std::move(routes)); }
  http::ForwardProxy::Counters counters() const override { return proxy_.counters(); }

 private:
  http::ForwardProxy proxy_;
};

}  // namespace

std::unique_ptr<ForwardLine> RelayLines::add_forward(http::ForwardProxy::Settings settings) {
  settings.tell = tell_;
  return std::make_unique<RelayForward>(relay_.clock(), std::move(settings));
}

std::unique_ptr<Line> RelayLines::add(relay::Link::Settings settings) {
  http::Registry::Settings reading;
  reading.link = {"client", settings.name};
  reading.seed = seed_;
  return std::make_unique<RelayLine>(relay_,
                                     http::Link::Settings{std::move(settings), std::move(reading)});
}

// IPv4 where a name has both, as Go has it: clients compare with 127.0.0.1.
std::optional<relay::Endpoint> RelayLines::resolve(const relay::Endpoint& endpoint) {
  if (endpoint.host.empty()) return endpoint;
  auto numeric = net::resolve(endpoint.host);
  if (!numeric) return std::nullopt;
  return relay::Endpoint{std::move(*numeric), endpoint.port};
}

}  // namespace seawall::toxiproxy
