// The lines of a relay, which outlives them.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "faults/toxiproxy/lines.hpp"

namespace seawall::toxiproxy {

class RelayLines final : public Lines {
 public:
  // `seed`: what faults of requests draw depends on it.
  // `tell` takes a sentence for whoever runs it, from any thread; may be empty.
  explicit RelayLines(relay::Relay& relay, std::uint64_t seed = 0,
                      std::function<void(const std::string&)> tell = {})
      : relay_(relay), seed_(seed), tell_(std::move(tell)) {}

  std::unique_ptr<Line> add(relay::Link::Settings settings) override;
  std::unique_ptr<ForwardLine> add_forward(http::ForwardProxy::Settings settings) override;
  std::optional<relay::Endpoint> resolve(const relay::Endpoint& endpoint) override;
  base::TimePoint now() const override { return relay_.clock()(); }

 private:
  relay::Relay& relay_;
  const std::uint64_t seed_;
  const std::function<void(const std::string&)> tell_;
};

}  // namespace seawall::toxiproxy
