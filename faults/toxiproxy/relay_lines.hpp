// The lines of a relay, which outlives them.
#pragma once
#include <cstdint>

#include "faults/toxiproxy/lines.hpp"

namespace seawall::toxiproxy {

class RelayLines final : public Lines {
 public:
  // `seed`: what faults of requests draw depends on it.
  explicit RelayLines(relay::Relay& relay, std::uint64_t seed = 0) : relay_(relay), seed_(seed) {}

  std::unique_ptr<Line> add(relay::Link::Settings settings) override;
  std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) override;
  base::TimePoint now() const override { return relay_.clock()(); }

 private:
  relay::Relay& relay_;
  const std::uint64_t seed_;
};

}  // namespace seawall::toxiproxy
