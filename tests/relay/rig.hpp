// A relay with one link to an upstream that a test plays itself, as it plays the callers.
#pragma once
#include <string>
#include <vector>

#include "faults/relay/relay.hpp"
#include "tests/net/peer.hpp"
#include "tests/net/run_until.hpp"
#include "tests/support/catch.hpp"

namespace seawall::relay {

using namespace std::chrono_literals;
using net::Peer;
using State = net::Peer::State;

struct Rig {
  explicit Rig(Relay::Settings settings = {}, Interceptor::Make intercept = {})
      : relay(live::steady_now, std::move(settings)) {
    Link::Settings callee{"callee", {"127.0.0.1", 0}, {"127.0.0.1", upstream.port()}};
    callee.intercept = std::move(intercept);
    link = relay.add(std::move(callee));
    REQUIRE(link->start());
  }

  template <class Condition>
  bool until(Condition condition) {
    return net::run_until(loop, condition);
  }
  base::TimePoint now() const { return loop.now(); }
  // Lets things happen that should not.
  void wait(Duration time) {
    const auto end = now() + time;
    until([&] { return now() >= end; });
  }

  // A caller and the connection that the relay made for it, at the same place of both lists.
  std::size_t connect() {
    callers.push_back(Peer::connect_to(link->listen().port));
    REQUIRE(until([&] { return upstream.accept_into(callees) == callers.size(); }));
    return callers.size() - 1;
  }
  // Whether these bytes, and no others, come.
  bool hears(Peer& peer, std::string_view bytes) {
    return until([&] { return peer.heard().size() >= bytes.size(); }) && peer.heard() == bytes;
  }
  bool ends(Peer& peer, State state) {
    return until([&] {
      (void)peer.heard();
      return peer.state() == state;
    });
  }

  net::Loop loop{live::steady_now};
  net::PeerListener upstream;
  Relay relay;
  std::unique_ptr<Link> link;
  std::vector<Peer> callers;
  std::vector<Peer> callees;
};

inline StreamFault fault(StreamEffect effect, Direction direction = Direction::down,
                         std::string name = "fault") {
  return {std::move(name), direction, base::Share::all(), std::move(effect)};
}
inline StreamFault latency(Duration time, Direction direction = Direction::down,
                           std::string name = "latency") {
  StreamEffect effect;
  effect.delay = Delay{time};
  return fault(effect, direction, std::move(name));
}
inline StreamFault rate(std::int64_t bytes, Direction direction = Direction::down) {
  StreamEffect effect;
  effect.rate = bytes;
  return fault(effect, direction);
}
inline StreamFault hold(Direction direction = Direction::down) {
  StreamEffect effect;
  effect.holds = true;
  return fault(effect, direction);
}

}  // namespace seawall::relay
