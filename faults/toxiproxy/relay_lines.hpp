// The lines of a relay, which outlives them.
#pragma once
#include "faults/toxiproxy/lines.hpp"

namespace seawall::toxiproxy {

class RelayLines final : public Lines {
 public:
  explicit RelayLines(relay::Relay& relay) : relay_(relay) {}

  std::unique_ptr<Line> add(relay::Link::Settings settings) override;
  std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) override;

 private:
  relay::Relay& relay_;
};

}  // namespace seawall::toxiproxy
