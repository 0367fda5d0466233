// A scenario as plain data, complete: everything that a file, its base files, its variant and the
// command line said, with every default filled in. Nothing here knows TOML or a target.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/expression.hpp"
#include "harness/model/fault.hpp"
#include "harness/model/policy.hpp"
#include "harness/model/template.hpp"

namespace seawall::model {

using base::Bytes;
using base::Money;
using base::Rate;

enum class Mode : std::uint8_t { sim, inprocess };
template <>
inline constexpr auto enum_names<Mode> = std::to_array<std::string_view>({"sim", "inprocess"});

struct Meta {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  std::vector<std::string> exercises;  // patterns that must act, else INCONCLUSIVE
};

struct Run {
  std::uint64_t seed = 1;
  Duration warmup = 3s;
  Duration duration = 30s;
  Duration settle = 30s;
};
template <class Visitor>
void describe(Visitor& visit, Run& value) {
  visit.field("seed", value.seed, {"every random choice is derived from it", 0});
  visit.field("warmup", value.warmup, {"load without faults before time 0, in no number"});
  visit.field("duration", value.duration, {"of the load phase", 1});
  visit.field("settle", value.settle, {"the limit for everything to come to rest"});
}

// What a service can do at once; held in every world.
struct Capacity {
  enum class Hold : std::uint8_t { service, request };
  std::int64_t workers = 8;
  Duration service_time = 2ms;
  std::int64_t queue = 50;
  Duration deadline_margin = 50ms;  // a request with less time left is refused at once
  Hold hold = Hold::service;
};
template <>
inline constexpr auto enum_names<Capacity::Hold> =
    std::to_array<std::string_view>({"service", "request"});
template <class Visitor>
void describe(Visitor& visit, Capacity& value) {
  visit.field("workers", value.workers, {"requests served at once", 1, 100'000});
  visit.field("service_time", value.service_time, {"for which a request holds a worker"});
  visit.field("queue", value.queue, {"requests that may wait for a worker", 0, 1'000'000});
  visit.field("deadline_margin", value.deadline_margin,
              {"a request with less time left is refused at once"});
  visit.field("hold", value.hold, {"service: for service_time; request: until the answer"});
}

struct Target {
  enum class Store : std::uint8_t { sqlite, memory };
  enum class Reserve : std::uint8_t { atomic, check_then_act };
  std::string kind = "shop";
  Mode mode = Mode::inprocess;
  Store store = Store::sqlite;  // live worlds
  std::map<std::string, std::int64_t> stock;
  std::map<std::string, Money> price;
  Share declines;
  Reserve reserve = Reserve::atomic;
  std::map<std::string, Capacity> capacity;
};
template <>
inline constexpr auto enum_names<Target::Store> =
    std::to_array<std::string_view>({"sqlite", "memory"});
template <>
inline constexpr auto enum_names<Target::Reserve> =
    std::to_array<std::string_view>({"atomic", "check_then_act"});
template <class Visitor>
void describe(Visitor& visit, Target& value) {
  visit.field("kind", value.kind, {"the shop"});
  visit.field("mode", value.mode, {"sim: virtual time; inprocess: real sockets"});
  visit.field("store", value.store, {"of the live worlds"});
  visit.field("stock", value.stock, {"pieces by SKU", 0});
  visit.field("price", value.price, {"by SKU, in minor units; default 1999", 1});
  visit.field("declines", value.declines, {"share of charges that the card refuses: not a fault"});
  visit.field("reserve", value.reserve, {"check_then_act: the race, an exhibit"});
  visit.field("capacity", value.capacity, {"by service"});
}

struct Stage {  // `{ to = "300/s", over = "10s" }` or `{ hold = "20s" }`
  std::optional<Rate> to;
  Duration over{};
};
struct Burst {
  Duration at{};
  std::int64_t count = 0;
};
struct Expect {
  std::vector<int> status;                                 // empty: 2xx
  std::map<std::string, std::vector<std::string>> json;  // path -> accepted values
};
struct Repeat {
  std::int64_t times = 2;
  Share probability = Share::all();
  bool other_body = false;
};
struct Abandon {
  Duration after{};
  Share probability = Share::all();
};
struct RequestSpec {
  std::string name;
  std::int64_t weight = 1;
  Method method = Method::get;
  Template path;
  std::vector<std::pair<std::string, Template>> headers;
  std::vector<std::pair<std::string, Template>> query;
  Template body;  // of json, form or body; empty: none
  Expect expect;
  std::map<std::string, std::string> save;  // name -> JSON path
  std::optional<Repeat> repeat;
  std::optional<Abandon> abandon;
};
struct Load {
  enum class Arrivals : std::uint8_t { constant, poisson };
  std::string name;
  Duration start{};
  Rate rate = Rate::per_second(100);
  std::vector<Stage> stages;  // instead of a constant rate; the first starts from `rate`
  Arrivals arrivals = Arrivals::poisson;
  std::optional<Burst> burst;
  std::string to = "gateway";
  std::int64_t connections = 64;
  Duration timeout = 5s;
  std::int64_t max_in_flight = 2000;
  std::optional<Duration> max_lateness;  // absent: 10 % of the tightest latency bound, >= 5 ms
  std::vector<RequestSpec> requests;
};
template <>
inline constexpr auto enum_names<Load::Arrivals> =
    std::to_array<std::string_view>({"constant", "poisson"});

// Which part of the run a check looks at.
struct Phase {
  enum class Kind : std::uint8_t { all, before, during, after, outside, from_to };
  Kind kind = Kind::all;
  std::string fault;    // before, during, after
  Duration margin{};    // outside faults + margin
  Duration from{}, to{};
  std::string text = "all";
};

struct ServiceLevel {
  std::string name;  // default: its text
  Expression that;
  Phase phase;
  Source source;
};
struct Invariant {
  std::string name;
  Source source;
};
struct StopWhen {
  Expression that;
  Duration length{};  // for how long it has to hold
};
struct Variant {
  std::string name;
  std::string why;
  std::vector<std::string> breaks;  // invariants and service levels, by name
  Source source;
};
struct Report {
  std::string dir;                   // template; empty: out/<UTC>-<name>
  std::vector<std::string> formats;  // empty: all
};

struct Scenario {
  std::string file;  // as it was named
  Meta meta;
  Run run;
  Target target;
  Policy policy;
  Saga saga;
  std::vector<Load> loads;
  std::vector<Fault> faults;
  std::vector<ServiceLevel> levels;
  std::vector<Invariant> invariants;     // those the story is about
  std::vector<Expression> steady_state;  // hold = [...]
  std::vector<StopWhen> stop_when;
  std::vector<std::string> hosts;  // blast radius
  std::vector<std::string> redact_headers;
  std::vector<Variant> variants;  // of the file; which one was applied is `variant`
  std::string variant;
  Report report;
  // The file after extends, variant and --set, as TOML: what scenario.toml of a run holds. Secrets
  // stay unresolved in it.
  std::string resolved;
  // Hash over target, load, faults and durations: runs with equal hashes can be compared.
  std::uint64_t comparison_hash = 0;
};

}  // namespace seawall::model
