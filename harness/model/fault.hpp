// A fault as a scenario states it: what, where, when, how often it must hit. Plain data; the
// meaning of the kinds is in faults/plan and faults/kinds.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/index.hpp"
#include "harness/base/link.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/request.hpp"
#include "harness/model/services.hpp"
#include "harness/model/source.hpp"

namespace seawall::model {

enum class Direction : std::uint8_t { request, response, both };
template <>
inline constexpr auto enum_names<Direction> =
    std::to_array<std::string_view>({"request", "response", "both"});

enum class When : std::uint8_t { before, after };  // the callee did the work
template <>
inline constexpr auto enum_names<When> = std::to_array<std::string_view>({"before", "after"});

// What a partition does with what would cross it: silence, or refusals and resets.
enum class Barrier : std::uint8_t { blackhole, refuse };
template <>
inline constexpr auto enum_names<Barrier> =
    std::to_array<std::string_view>({"blackhole", "refuse"});

// Of latencies. The first is within its jitter, the next three have it as their deviation, and a
// table is given.
enum class Distribution : std::uint8_t { uniform, normal, lognormal, pareto, table };
template <>
inline constexpr auto enum_names<Distribution> =
    std::to_array<std::string_view>({"uniform", "normal", "lognormal", "pareto", "table"});

// Which requests of a link a fault means. What is absent matches everything.
struct Match {
  std::string method;                         // "POST"
  std::string path;                           // glob: "/charge*"
  std::map<std::string, std::string> header;  // exact values
};
template <class Visitor>
void describe(Visitor& visit, Match& value) {
  visit.field("method", value.method, {"POST, say"});
  visit.field("path", value.path, {"glob: /charge*"});
  visit.field("header", value.header, {"headers with exactly these values"});
}

// A place in the execution rather than in time (see "Faults by execution index" in the reference):
//   order 3: order->payment.charge[label] #1..2      a call
//   order 3: order!saga.charged #1                   a durable write
struct Point {
  bool any_subject = false;
  base::Subject subject;
  bool durable_write = false;
  base::Link link;        // a call: the link. A durable write: `from` is the node.
  std::string operation;  // "charge"; a durable write: its class ("saga.charged", "capture")
  std::string label;
  std::uint32_t first = 1;  // ordinals, from 1
  std::uint32_t last = 1;   // UINT32_MAX: every one from `first` on, as one unit
};

// An answer that the journal of a link may have: seen("order -> payment", "POST /charge*", 200).
struct Seen {
  base::Link link;
  Match match;                // method and path
  std::optional<int> status;  // absent: any
};
inline std::string to_text(const Seen& seen) {
  std::string text = "seen(\"" + base::to_text(seen.link) + '"';
  const Match& match = seen.match;
  const bool blank = !match.method.empty() && !match.path.empty();
  if (!match.method.empty() || !match.path.empty())
    text += ", \"" + match.method + (blank ? " " : "") + match.path + '"';
  if (seen.status) text += ", " + std::to_string(*seen.status);
  return text + ')';
}

// A window in the load phase. Times count from time 0; `from_heal_of` shifts it to the heal of
// another fault.
struct Window {
  std::string after;                     // name of a fault; empty: from time 0
  base::Duration at{};                   //
  std::optional<base::Duration> length;  // absent: to the end of load
};

// A fault that acts and rests in turn within its window, beginning with the former.
struct Flap {
  base::Duration on{};
  base::Duration off{};
};
template <class Visitor>
void describe(Visitor& visit, Flap& value) {
  constexpr std::int64_t least = 10'000'000;  // the time line over sockets is no finer
  visit.field("on", value.on, {.doc = "how long it acts", .least = least, .required = true});
  visit.field("off", value.off, {.doc = "how long it rests", .least = least, .required = true});
}

// A latency that moves in a line from the start of the window to its end.
struct Ramp {
  base::Duration from{};
  base::Duration to{};
};
template <class Visitor>
void describe(Visitor& visit, Ramp& value) {
  visit.field("from", value.from, {.doc = "latency at the start", .least = 0, .required = true});
  visit.field("to", value.to, {.doc = "latency at the end", .least = 0, .required = true});
}

// A throughput, written "64KiB/s".
struct Bandwidth {
  base::Bytes per_second;
};

// By how much a wall clock jumps: forwards "1h", or backwards "-1h".
struct ClockJump {
  base::Duration by{};
};

// The instances of one zone; `of` zones take them by turns.
struct Zone {
  std::int64_t number = 1;
  std::int64_t of = 1;

  bool has(std::string_view node) const;
};

// How often a fault has to act for the run to prove anything.
struct MustHit {
  std::int64_t count = 1;            // 0 waives
  std::optional<base::Share> share;  // of the matching calls that reached the link, if given
};

struct Fault {
  std::string name;
  std::string type;  // a kind of the table in faults/kinds
  Source source;
  std::optional<base::Link> link;                // a link fault ("* -> payment" allowed) ...
  std::optional<Zone> zone;                      // ... to instances of this zone alone
  std::string node;                              // ... or a node fault ...
  std::vector<std::vector<std::string>> groups;  // ... or on every link between these services
  Match match;
  std::optional<Direction> direction;  // absent: as the kind has it
  When effect = When::before;
  Window window;
  std::vector<Point> at_call;  // instead of a window
  std::optional<Seen> when;    // instead of a start: armed once by the first of these
  std::optional<Flap> flap;
  base::Share probability = base::Share::all();
  // Of the requests that match, by the order in which they come to the link: only the first ones,
  // and of these each n-th. `probability` is drawn for those that are left.
  std::optional<std::int64_t> first;
  std::int64_t every = 1;
  MustHit must_hit;

  // Parameters of the kinds; each kind says which it takes and checks them.
  base::Duration latency{};  // latency
  base::Duration jitter{};   // latency: by its distribution
  Distribution distribution = Distribution::uniform;
  std::vector<base::Duration> table;           // latency: see plan::Delay
  std::optional<Ramp> ramp;                    // latency: instead of a constant one
  base::Share loss{};                          // loss
  base::Share burst{};                         // loss: of those, lost once more
  base::Duration timer{};                      // loss: until a packet is sent again
  Barrier mode = Barrier::blackhole;           // partition
  base::Duration delay{};                      // late_request, slow_close: how much later
  base::Duration gap{};                        // duplicate_request, drip, slicer: between two
  base::Duration timeout{};                    // timeout: until the connection is closed
  base::Bytes size{};                          // slicer
  base::Bytes variation{};                     // slicer
  base::Bytes bytes{};                         // limit_data
  Bandwidth rate{};                            // bandwidth
  int status = 0;                              // http_abort
  std::string body;                            // http_abort
  std::map<std::string, std::string> headers;  // http_abort
  bool lying = false;  // http_abort after the effect with a refusal's status
  std::optional<base::Duration> restart =
      base::Duration(std::chrono::seconds(1));  // crash, restart; absent: never
  base::Duration drain{};                       // restart: before it dies
  ClockJump jump{};                             // clock_jump
  Command start;                                // command: what does it,
  Command undo;                                 // and what takes it back
  bool in_file = false;                         // written in the scenario, not drawn

  bool on_links() const { return link || !groups.empty(); }
  // Whether it is done and undone by commands of the user, rather than by the world.
  bool by_command() const { return type == "command"; }
  // Whether it lasts until its node serves again.
  bool ends_with_its_node() const {
    return at_call.empty() && (type == "crash" || type == "restart");
  }
  // Whether it stands on this link.
  bool covers(const base::Link& one) const;
};

// "order -> payment", "payment", or "order | payment, inventory" for what is between groups.
std::string site_of(const Fault& fault);

// `on` names a link or a node, `at` a time or the heal of another fault, `restart` a time or
// "never": one key each for what the fault holds in two fields or as an absent value.
struct FaultSite {
  std::optional<base::Link>& link;
  std::string& node;
};
struct FaultStart {
  std::string& after;
  base::Duration& at;
};
struct FaultRestart {
  std::optional<base::Duration>& time;
};
struct FaultDrain {
  base::Duration& time;
};

// The keys that only some kinds take.
template <class Visitor>
void describe_parameters(Visitor& visit, Fault& value) {
  FaultRestart restart{value.restart};
  FaultDrain drain{value.drain};
  visit.field("direction", value.direction, {"request: caller to callee; default by kind"});
  visit.field("effect", value.effect, {"before or after the callee did the work"});
  visit.field("latency", value.latency, {"how much later"});
  visit.field("jitter", value.jitter, {"around the latency: at most (uniform), or the deviation"});
  visit.field("distribution", value.distribution,
              {"of the jitter: uniform, normal, lognormal, pareto, or table"});
  visit.field("table", value.table, {"quantiles of a latency, evenly by probability"});
  visit.field("ramp", value.ramp, {"instead of latency: from one to another over the window"});
  visit.field("mode", value.mode, {"what crosses a partition: blackhole (silence) or refuse"});
  visit.field("loss", value.loss, {"share of the packets that are lost"});
  visit.field("burst", value.burst, {"share of the lost ones that are lost once more"});
  visit.field("timer", value.timer, {"until a lost packet is sent again; doubles each time"});
  visit.field("delay", value.delay, {"how much later the request arrives, or the end comes"});
  visit.field("gap", value.gap, {"between the copies, the pieces, or the bytes"});
  visit.field("timeout", value.timeout, {"how long nothing passes until the end"});
  visit.field("size", value.size, {"of a piece: 64B"});
  visit.field("variation", value.variation, {"of the size of a piece, at most"});
  visit.field("bytes", value.bytes, {"that pass before the end: 10KiB"});
  visit.field("rate", value.rate, {"of each answer: 64KiB/s"});
  visit.field("status", value.status, {"of the injected answer", 100, 599});
  visit.field("body", value.body, {"of the injected answer"});
  visit.field("headers", value.headers, {"of the injected answer"});
  visit.field("lying", value.lying, {"a refusal's status after the work was done"});
  visit.field("restart", restart, {"how long the node stays down, or never"});
  visit.field("drain", drain, {"how long it only finishes what it has, before it dies", 0});
  visit.field("jump", value.jump, {"of the node's wall clock: 1h, or -1h"});
  visit.field("start", value.start, {"the command that does it"});
  visit.field("undo", value.undo, {"the command that takes it back, on every way out"});
}

template <class Visitor>
void describe(Visitor& visit, Fault& value) {
  FaultSite site{value.link, value.node};
  FaultStart start{value.window.after, value.window.at};
  visit.field("name", value.name, {"default TYPE-N"});
  visit.field("type", value.type, {.doc = "a kind of fault", .required = true});
  visit.field("on", site, {"a link, \"A -> B\" or \"* -> B\", or a service for node faults"});
  visit.field("zone", value.zone, {"only on the way to instances of this zone", 1});
  visit.field("groups", value.groups, {"[[\"A\"], [\"B\", \"C\"]]: every link between them"});
  visit.field("match", value.match, {"which requests of the link"});
  visit.field("at", start, {"time 0 is the start of the load; \"NAME + 20s\": after its heal"});
  visit.field("for", value.window.length, {"default: to the end of the load", 1});
  visit.field("at_call", value.at_call, {"instead of a window: an execution index"});
  visit.field("when", value.when, {"instead of at: seen(\"A -> B\", \"METHOD /path*\", 200)"});
  visit.field("flap", value.flap, {"acts and rests in turn within the window: { on, off }"});
  visit.field("probability", value.probability, {"share of the requests"});
  visit.field("first", value.first, {"only the first n requests that match", 1});
  visit.field("every", value.every, {"only each n-th request that matches", 1});
  visit.field("must_hit", value.must_hit, {"a number, or a share of the calls that reached it"});
  describe_parameters(visit, value);
}

}  // namespace seawall::model
