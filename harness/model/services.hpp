// A target of the user's own as a scenario states it: services that are started, links between
// them, and what is wired through the proxy. Plain data with late texts in it (late_text.hpp).
//
//   [[service]] orders ──[[link]] or ${link.orders.payments}──▶ [[service]] payments
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/late_text.hpp"
#include "harness/model/source.hpp"

namespace seawall::model {

using base::Duration;
using namespace std::chrono_literals;

// Who makes the load, as links name it; and what runs already and gets it, where nothing is
// started.
inline constexpr std::string_view client_name = "client";
inline constexpr std::string_view base_name = "base";

using Command = std::vector<LateText>;  // a program and its arguments; no shell

// A place on the network, written "127.0.0.1:8474".
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
inline std::string to_text(const HostPort& place) {
  const bool is_v6 = place.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + place.host + "]" : place.host) + ":" + std::to_string(place.port);
}

// When a service can be used: one of the four ways to tell.
struct Ready {
  std::optional<LateText> http;  // a path, which answers 2xx
  bool tcp = false;              // its port takes connections
  std::string log;               // a line of its output has this in it
  Command command;               // ends with 0
  Duration within = 10s;         // from its start
};
template <class Visitor>
void describe(Visitor& visit, Ready& value) {
  visit.field("http", value.http, {"a path that answers 2xx: /health"});
  visit.field("tcp", value.tcp, {"true: its port takes connections"});
  visit.field("log", value.log, {"what a line of its output has in it"});
  visit.field("command", value.command, {"a command that ends with 0"});
  visit.field("within", value.within, {"the time it has for it", 1});
}

struct Stop {
  enum class Signal : std::uint8_t { term, interrupt, quit, hangup, kill };
  Signal signal = Signal::term;
  Duration grace = 5s;  // then the whole group is killed
};
template <>
inline constexpr auto enum_names<Stop::Signal> =
    std::to_array<std::string_view>({"TERM", "INT", "QUIT", "HUP", "KILL"});
template <class Visitor>
void describe(Visitor& visit, Stop& value) {
  visit.field("signal", value.signal, {"what asks it to end"});
  visit.field("grace", value.grace, {"how long it has for that; then its group is killed"});
}

struct Service {
  enum class Builtin : std::uint8_t { postgres, redis, nats };
  enum class Wiring : std::uint8_t { http_proxy };
  std::string name;
  Command command;                 // one of these two
  std::optional<Builtin> builtin;  //
  std::vector<std::string> databases;
  std::string user = "app";
  LateText cwd;  // empty: the root
  std::map<std::string, LateText> env;
  std::optional<std::int64_t> port;  // absent: a free one
  std::vector<std::string> needs;    // ready before this one starts
  std::vector<Command> setup;
  std::optional<Wiring> wiring;
  std::optional<Ready> ready;  // absent: when it has started
  Stop stop;
  Source source;
};
template <>
inline constexpr auto enum_names<Service::Builtin> =
    std::to_array<std::string_view>({"postgres", "redis", "nats"});
template <>
inline constexpr auto enum_names<Service::Wiring> = std::to_array<std::string_view>({"http_proxy"});
template <class Visitor>
void describe(Visitor& visit, Service& value) {
  visit.field("name", value.name,
              {.doc = "what links, faults and templates call it", .required = true});
  visit.field("command", value.command, {"the program and its arguments, without a shell"});
  visit.field("builtin", value.builtin, {"instead: a server that is started in a private folder"});
  visit.field("databases", value.databases, {"of postgres: made before anything uses it"});
  visit.field("user", value.user, {"of postgres: their owner"});
  visit.field("cwd", value.cwd, {"where it runs, relative to the root"});
  visit.field("env", value.env, {"added to the environment: texts with ${port}, ${link.A.B} ..."});
  visit.field("port", value.port, {"fixed, where its code has it; else ${port} is free", 1, 65535});
  visit.field("needs", value.needs, {"services that are ready before it starts"});
  visit.field("setup", value.setup, {"commands, run once before the start"});
  visit.field("wiring", value.wiring, {"http_proxy: its calls go to links by the host's name"});
  visit.field("ready", value.ready, {"how to tell that it can be used"});
  visit.field("stop", value.stop, {"how it is asked to end"});
}

// The way from one service to another, through the proxy.
struct LinkSpec {
  enum class Protocol : std::uint8_t { automatic, http, tcp };
  std::string from;
  std::string to;
  std::string host;                  // what the caller's code calls the callee: "payment:3002"
  std::optional<HostPort> listen;    // external: where the caller is pointed at
  std::optional<HostPort> upstream;  // external: where the callee is
  Protocol protocol = Protocol::automatic;
  bool tls = false;     // the callee speaks TLS
  bool in_file = true;  // written as [[link]], not found in a template
  Source source;

  base::Link link() const { return {from, to}; }
};
template <>
inline constexpr auto enum_names<LinkSpec::Protocol> =
    std::to_array<std::string_view>({"auto", "http", "tcp"});
template <class Visitor>
void describe(Visitor& visit, LinkSpec& value) {
  visit.field("from", value.from, {.doc = "the caller", .required = true});
  visit.field("to", value.to, {.doc = "the callee", .required = true});
  visit.field("host", value.host, {"the callee's name in the caller's code: payment:3002"});
  visit.field("listen", value.listen, {"external: where you point the caller at: HOST:PORT"});
  visit.field("upstream", value.upstream, {"external: where the callee is: HOST:PORT"});
  visit.field("protocol", value.protocol, {"auto: by the first bytes of each connection"});
  visit.field("tls", value.tls, {"true: the callee speaks TLS"});
}

struct Control {
  std::optional<HostPort> toxiproxy;
};
template <class Visitor>
void describe(Visitor& visit, Control& value) {
  visit.field("toxiproxy", value.toxiproxy, {"where its API stays open during the run: HOST:PORT"});
}

}  // namespace seawall::model
