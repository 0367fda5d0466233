// An HTTP link to a callee that a test plays itself, as it plays the callers.
#pragma once
#include <string>
#include <vector>

#include "faults/http/link.hpp"
#include "tests/net/peer.hpp"
#include "tests/net/run_until.hpp"
#include "tests/support/catch.hpp"

namespace seawall::http {

using namespace std::chrono_literals;
using net::Peer;
using State = net::Peer::State;

constexpr std::string_view get = "GET /things HTTP/1.1\r\nHost: shop\r\n\r\n";
constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

inline std::string get_of(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: shop\r\n\r\n";
}
inline std::string post_of(std::string_view body, std::string_view target = "/charge") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: shop\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}
inline std::string ok_of(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

inline model::Fault fault(const std::string& type) {
  model::Fault fault;
  fault.name = type;
  fault.type = type;
  return fault;
}
inline model::Fault abort(int status, model::When when = model::When::before) {
  model::Fault one = fault("http_abort");
  one.status = status;
  one.body = "broken";
  one.effect = when;
  return one;
}
inline model::Fault latency(Duration time,
                            model::Direction direction = model::Direction::response) {
  model::Fault one = fault("latency");
  one.latency = time;
  one.direction = direction;
  return one;
}

struct Rig {
  explicit Rig(std::vector<model::Fault> faults = {}, int workers = 1, std::size_t rows = 10'000)
      : relay(live::steady_now, settings(workers)),
        link(relay, {{"callee", {"127.0.0.1", 0}, {"127.0.0.1", upstream.port()}},
                     {{"client", "callee"}, 1, rows, {"pin"}}}) {
    REQUIRE(link.tcp().start());
    REQUIRE(link.set_faults(std::move(faults)));
  }
  static relay::Relay::Settings settings(int workers) {
    relay::Relay::Settings settings;
    settings.workers = workers;
    return settings;
  }

  template <class Condition>
  bool until(Condition condition) {
    return net::run_until(loop, condition);
  }
  TimePoint now() const { return loop.now(); }
  // Lets things happen that should not.
  void wait(Duration time) {
    const auto end = now() + time;
    until([&] { return now() >= end; });
  }

  // A caller and the connection that the relay made for it, at the same place of both lists.
  std::size_t connect() {
    callers.push_back(Peer::connect_to(link.tcp().listen().port));
    REQUIRE(until([&] { return upstream.accept_into(callees) == callers.size(); }));
    return callers.size() - 1;
  }
  // Whether these bytes, and no others, come.
  bool hears(Peer& peer, std::string_view bytes) {
    return until([&] { return peer.heard().size() >= bytes.size(); }) && peer.heard() == bytes;
  }
  bool ends(Peer& peer, State state) {
    return until([&] { return peer.state() == state; });
  }
  // The rows, once there are so many.
  std::vector<Row> rows(std::size_t count, const Query& query = {}) {
    CHECK(until([&] { return link.journal().written() >= count; }));
    return link.journal().select(query);
  }
  std::int64_t hit(std::size_t position = 0) const { return link.hits().at(position).hit; }

  net::Loop loop{live::steady_now};
  net::PeerListener upstream;
  relay::Relay relay;
  Link link;
  std::vector<Peer> callers;
  std::vector<Peer> callees;
};

}  // namespace seawall::http
