// The proxies that are compared. Each is started anew for each measurement, listens on a port of
// the loopback interface and passes on to another.
//
// A new contestant is one function that starts it and one line in contestants(). One that speaks
// HTTP (ours in its HTTP mode, HAProxy with `mode http`) sets `layer`, and is then measured with
// requests and new connections only.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/units.hpp"
#include "tests/bench/proxy/child.hpp"

namespace seawall::bench {

// Of what flows to the client.
struct Fault {
  enum class Kind { none, latency, bandwidth } kind = Kind::none;
  std::chrono::milliseconds latency{};
  std::int64_t bytes_per_second = 0;
};

// One that runs.
class Proxy {
 public:
  virtual ~Proxy() = default;
  virtual Child& child() = 0;
  // A change of faults: asked for, and later answered. `answered` does not wait. Only of those that
  // have faults.
  virtual void ask(const Fault&) {}
  virtual bool answered() { return true; }
};

struct Contestant {
  enum class Layer { tcp, http };
  std::string name;
  Layer layer = Layer::tcp;
  bool has_faults = false;
  // Null for the connection without a proxy.
  std::function<std::unique_ptr<Proxy>(std::uint16_t listen, std::uint16_t upstream, int core)>
      start;
};

// Names by which the report finds them.
inline constexpr const char* direct_name = "direct";
inline constexpr const char* ours_name = "seawall";
inline constexpr const char* haproxy_name = "haproxy";
inline constexpr const char* haproxy_splice_name = "haproxy splice";
inline constexpr const char* nginx_name = "nginx stream";
inline constexpr const char* toxiproxy_name = "toxiproxy";

// Those that are here; `absent` gets a sentence for each that is not.
std::vector<Contestant> contestants(std::vector<std::string>& absent);

}  // namespace seawall::bench
