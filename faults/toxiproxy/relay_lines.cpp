#include "faults/toxiproxy/relay_lines.hpp"

#include <array>

#include <netdb.h>
#include <sys/socket.h>

namespace seawall::toxiproxy {
namespace {

class RelayLine final : public Line {
 public:
  explicit RelayLine(std::unique_ptr<relay::Link> link) : link_(std::move(link)) {}

  base::expected<void, relay::StartError> start() override { return link_->start(); }
  void stop() override { link_->stop(); }
  relay::Endpoint listen() const override { return link_->listen(); }
  void set_faults(std::vector<relay::StreamFault> faults) override {
    link_->set_faults(std::move(faults));
  }
  relay::Counters counters() const override { return link_->counters(); }
  std::optional<stats::Histogram> injection_error() const override {
    return link_->injection_error();
  }

 private:
  std::unique_ptr<relay::Link> link_;
};

}  // namespace

std::unique_ptr<Line> RelayLines::add(relay::Link::Settings settings) {
  return std::make_unique<RelayLine>(relay_.add(std::move(settings)));
}

// IPv4 where a name has both, as Go has it: clients compare with 127.0.0.1. "localhost" needs no
// name service, which a container may not have.
std::optional<relay::Endpoint> RelayLines::resolve(const relay::Endpoint& endpoint) {
  if (endpoint.host.empty()) return endpoint;
  if (endpoint.host == "localhost") return relay::Endpoint{"127.0.0.1", endpoint.port};
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  for (const int family : {AF_INET, AF_INET6}) {
    wanted.ai_family = family;
    addrinfo* found = nullptr;
    if (getaddrinfo(endpoint.host.c_str(), nullptr, &wanted, &found) != 0) continue;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    std::array<char, NI_MAXHOST> numeric{};
    if (getnameinfo(found->ai_addr, found->ai_addrlen, numeric.data(), numeric.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0)
      return relay::Endpoint{numeric.data(), endpoint.port};
  }
  return std::nullopt;
}

}  // namespace seawall::toxiproxy
