// A scenario as plain data, complete: everything that a file, its base files, its variant and the
// command line said, with every default filled in. Nothing here knows TOML or a target.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/expression.hpp"
#include "harness/model/fault.hpp"
#include "harness/model/policy.hpp"
#include "harness/model/probe.hpp"
#include "harness/model/rows.hpp"
#include "harness/model/services.hpp"
#include "harness/model/template.hpp"

namespace seawall::model {

using base::Bytes;
using base::Money;
using base::Rate;

enum class Mode : std::uint8_t { sim, inprocess, processes };
template <>
inline constexpr auto enum_names<Mode> =
    std::to_array<std::string_view>({"sim", "inprocess", "processes"});

inline constexpr std::size_t longest_name = 120;  // in bytes; it names the folder of a run
struct Meta {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  std::vector<std::string> exercises;  // patterns that must act, else INCONCLUSIVE
};
template <class Visitor>
void describe(Visitor& visit, Meta& value) {
  visit.field("name", value.name, {.doc = "theme/name, say", .required = true});
  visit.field("description", value.description, {"what it shows, in one sentence"});
  visit.field("tags", value.tags, {"for --tag"});
  visit.field("exercises", value.exercises, {"patterns that must act, else INCONCLUSIVE"});
}

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

// How many there are of a service, behind its links, and in how many zones they stand.
struct Instances {
  static constexpr std::int64_t most = 20;
  std::map<std::string, std::int64_t> count;  // by service; absent: one
  std::int64_t zones = 1;

  // What callers of the service reach: "payment/1", "payment/2" and so on, or, where there is one,
  // the service itself.
  std::vector<std::string> nodes_of(std::string_view service) const;
};

struct Target {
  // shop: the one that comes with the program; services: the user's own, started for the run;
  // external: what runs already.
  enum class Isolation : std::uint8_t { none, netns };
  enum class Store : std::uint8_t { sqlite, memory };
  enum class Reserve : std::uint8_t { atomic, check_then_act };
  enum class Gateway : std::uint8_t { truthful, nulls, raises };
  enum class Readiness : std::uint8_t { own, shared };
  enum class Database : std::uint8_t { own, shared };
  std::string kind = "shop";
  Source source;                    // of `kind`, for messages
  std::optional<std::string> root;  // services: the folder that paths of theirs start at
  Isolation isolation = Isolation::none;
  std::optional<std::string> base;  // external: the URL that gets the load
  Mode mode = Mode::inprocess;
  Store store = Store::sqlite;  // live worlds
  std::map<std::string, std::int64_t> stock;
  std::map<std::string, Money> price;
  Share declines;
  Reserve reserve = Reserve::atomic;
  Gateway gateway = Gateway::truthful;
  Readiness readiness = Readiness::own;
  Database database = Database::own;
  std::map<std::string, Capacity> capacity;
  Instances instances;

  bool is_shop() const { return kind == "shop"; }
  bool is_external() const { return kind == "external"; }
  // The user's own, started or running already.
  bool is_own() const { return kind == "services" || is_external(); }
};
template <>
inline constexpr auto enum_names<Target::Isolation> =
    std::to_array<std::string_view>({"none", "netns"});
template <>
inline constexpr auto enum_names<Target::Store> =
    std::to_array<std::string_view>({"sqlite", "memory"});
template <>
inline constexpr auto enum_names<Target::Reserve> =
    std::to_array<std::string_view>({"atomic", "check_then_act"});
template <>
inline constexpr auto enum_names<Target::Gateway> =
    std::to_array<std::string_view>({"truthful", "nulls", "raises"});
template <>
inline constexpr auto enum_names<Target::Readiness> =
    std::to_array<std::string_view>({"own", "shared"});
template <>
inline constexpr auto enum_names<Target::Database> =
    std::to_array<std::string_view>({"own", "shared"});
template <class Visitor>
void describe(Visitor& visit, Target& value) {
  visit.field("kind", value.kind, {"shop, services of your own, or external: what runs already"});
  visit.field("root", value.root,
              {"services: where their paths start; default: the file's folder"});
  visit.field("isolation", value.isolation,
              {"services: netns gives each a network namespace, for hard-coded names and ports"});
  visit.field("base", value.base, {"external: the URL that gets the load: http://HOST:PORT"});
  visit.field("mode", value.mode,
              {"sim: virtual time; inprocess: real sockets; processes: each service a process"});
  visit.field("store", value.store, {"of the live worlds"});
  visit.field("stock", value.stock, {"pieces by SKU", 0});
  visit.field("price", value.price, {"by SKU, in minor units; default 1999", 1, 100'000'000});
  visit.field("declines", value.declines, {"share of charges that the card refuses: not a fault"});
  visit.field("reserve", value.reserve, {"check_then_act: the race, an exhibit"});
  visit.field(
      "gateway", value.gateway,
      {"how it answers; nulls is an exhibit: a view is 200 with null for all that could not "
       "be had; raises is one: it shows exceptions, and turns each refusal into 503"});
  visit.field("readiness", value.readiness,
              {"own: each answers for its own store, in time; shared is an exhibit: for what it "
               "needs as well, without a timeout, and with 200 when it is not ready"});
  visit.field("database", value.database, {"shared: a lock of one service is everybody's"});
  visit.field("capacity", value.capacity, {"by service, for each of its instances"});
  visit.field("instances", value.instances, {"how many, by service; `zones` splits them by turns"});
}

struct Stage {  // `{ to = "300/s", over = "10s" }` or `{ hold = "20s" }`
  std::optional<Rate> to;
  Duration over{};
};
template <class Visitor>
void describe(Visitor& visit, Stage& value) {
  std::optional<Duration> hold;
  visit.field("to", value.to, {"the rate to reach"});
  visit.field("over", value.over, {"in this time", 1});
  visit.field("hold", hold, {"keep the rate for this time", 1});
  if (hold) value.over = *hold;
}
struct Burst {
  Duration at{};
  std::int64_t count = 0;
};
template <class Visitor>
void describe(Visitor& visit, Burst& value) {
  visit.field("at", value.at, {.doc = "time of the load phase", .required = true});
  visit.field("count", value.count, {"requests at once", 1, 1'000'000, true});
}
struct Expect {
  std::vector<int> status;                               // empty: 2xx
  std::map<std::string, std::vector<std::string>> json;  // path -> accepted values
};
template <class Visitor>
void describe(Visitor& visit, Expect& value) {
  visit.field("status", value.status, {"statuses of a good answer; default: 2xx", 100, 599});
  visit.field("json", value.json, {"JSON path into the body -> accepted values"});
}
struct Repeat {
  std::int64_t times = 2;
  Share probability = Share::all();
  bool other_body = false;
};
enum class RepeatWith : std::uint8_t { same, other_body };
template <>
inline constexpr auto enum_names<RepeatWith> =
    std::to_array<std::string_view>({"same", "other_body"});
template <class Visitor>
void describe(Visitor& visit, Repeat& value) {
  RepeatWith with = value.other_body ? RepeatWith::other_body : RepeatWith::same;
  visit.field("times", value.times, {"copies sent, the first included", 2, 100});
  visit.field("probability", value.probability, {"share of the requests that are repeated"});
  visit.field("with", with, {"the same body, or another under the same key"});
  value.other_body = with == RepeatWith::other_body;
}
struct Abandon {
  Duration after{};
  Share probability = Share::all();
};
template <class Visitor>
void describe(Visitor& visit, Abandon& value) {
  visit.field("after", value.after, {.doc = "the client leaves then", .required = true});
  visit.field("probability", value.probability, {"share of the requests"});
}
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
// Three ways to write the body of a request. These two say in its headers what it is.
struct JsonBody {
  Template& text;
  std::vector<std::pair<std::string, Template>>& headers;
};
struct FormBody {
  Template& text;
  std::vector<std::pair<std::string, Template>>& headers;
};
template <class Visitor>
void describe(Visitor& visit, RequestSpec& value) {
  JsonBody json{value.body, value.headers};
  FormBody form{value.body, value.headers};
  std::string use;
  visit.field("use", use, {"a request of the target, by name, to lay the rest over"});
  visit.field("name", value.name, {"default: METHOD path"});
  visit.field("weight", value.weight, {"share among the requests", 0, 1'000'000});
  visit.field("method", value.method, {"of HTTP"});
  visit.field("path", value.path, {"template"});
  visit.field("headers", value.headers, {"templates by name"});
  visit.field("query", value.query, {"templates by name"});
  visit.field("json", json, {"the body as JSON; a text that is one template keeps its type"});
  visit.field("form", form, {"the body as an HTML form"});
  visit.field("body", value.body, {"the body as it is: a template"});
  visit.field("expect", value.expect, {"what a good answer is"});
  visit.field("save", value.save, {"name -> JSON path: a value for {{saved NAME}}"});
  visit.field("repeat", value.repeat, {"send some more than once"});
  visit.field("abandon", value.abandon, {"leave some before the answer"});
}
// One user after another: the requests of a flow in their order, with values saved for it alone.
struct Flow {
  std::string name;
  std::int64_t weight = 1;
  std::vector<std::string> steps;  // requests by name
  Source source;
};
template <class Visitor>
void describe(Visitor& visit, Flow& value) {
  visit.field("name", value.name, {"default: its steps"});
  visit.field("weight", value.weight, {"share among flows and requests", 0, 1'000'000});
  visit.field("steps", value.steps, {.doc = "requests by name, in their order", .required = true});
}
struct Load {
  enum class Model : std::uint8_t { open };
  enum class Arrivals : std::uint8_t { constant, poisson };
  std::string name;
  Duration start{};
  Model model = Model::open;  // arrivals never wait for answers
  Rate rate = Rate::per_second(100);
  std::vector<Stage> stages;  // instead of a constant rate; the first starts from `rate`
  Arrivals arrivals = Arrivals::poisson;
  std::optional<Burst> burst;
  std::string to = "gateway";
  Duration timeout = 5s;
  std::int64_t max_in_flight = 2000;
  std::optional<Duration> max_lateness;  // absent: 10 % of the tightest latency bound, >= 5 ms
  std::vector<RequestSpec> requests;
  std::vector<Flow> flows;
  std::optional<std::string> data;   // a file of rows, which {{row COLUMN}} draws from ...
  std::shared_ptr<const Rows> rows;  // ... and what it says; null where there is none
  Command command;                   // instead of all that: another tool makes the load
  Source source;
};
template <>
inline constexpr auto enum_names<Load::Model> = std::to_array<std::string_view>({"open"});
template <>
inline constexpr auto enum_names<Load::Arrivals> =
    std::to_array<std::string_view>({"constant", "poisson"});
template <class Visitor>
void describe(Visitor& visit, Load& value) {
  visit.field("name", value.name, {"where there are several loads"});
  visit.field("start", value.start, {"time of the load phase"});
  visit.field("model", value.model, {"open: arrivals never wait for answers"});
  visit.field("rate", value.rate, {"arrivals a second"});
  visit.field("stages", value.stages, {"{ to, over } or { hold }, one after another"});
  visit.field("arrivals", value.arrivals, {"how they are spread"});
  visit.field("burst", value.burst, {"so many more at once"});
  visit.field("to", value.to, {"a service; the shop: gateway"});
  visit.field("timeout", value.timeout, {"the client's own", 1});
  visit.field("max_in_flight", value.max_in_flight, {"more: INCONCLUSIVE", 1, 1'000'000});
  visit.field("max_lateness", value.max_lateness, {"p99 of late sending", 1});
  visit.field("request", value.requests, {"what is sent"});
  visit.field("flow", value.flows, {"requests that one user sends one after another"});
  visit.field("data", value.data,
              {"for {{row NAME}}: a CSV file with a line of names, or JSON lines (.jsonl)"});
  visit.field("command", value.command,
              {"another tool that makes the load; its status is a check"});
}

// Which part of the run a check looks at.
struct Phase {
  enum class Kind : std::uint8_t { all, before, during, after, outside, from_to };
  Kind kind = Kind::all;
  std::string fault;  // before, during, after
  Duration margin{};  // outside faults + margin
  Duration from{}, to{};
  std::string text = "all";
};

struct ServiceLevel {
  std::string name;  // default: its text
  Expression that;
  Phase phase;
  Source source;
};
template <class Visitor>
void describe(Visitor& visit, ServiceLevel& value) {
  visit.field("name", value.name, {"default: what it says"});
  visit.field("that", value.that, {.doc = "a condition over measures", .required = true});
  visit.field("phase", value.phase, {"all, before F, during F, after F, outside faults + 6s, ..."});
}
// Of the target, by name, or a condition of the scenario's own.
struct Invariant {
  enum class When : std::uint8_t { settled, always };
  std::string name;  // of its own: default its text
  std::optional<Expression> that;
  When when = When::settled;
  Duration every = 1s;  // always: how often its probes look
  Source source;
};
template <>
inline constexpr auto enum_names<Invariant::When> =
    std::to_array<std::string_view>({"settled", "always"});
// An entry of the file, which may name several.
struct InvariantEntry {
  Invariant& own;
  std::vector<std::string> use;
};
template <class Visitor>
void describe(Visitor& visit, InvariantEntry& value) {
  Invariant& own = value.own;
  visit.field("use", value.use, {"invariants of the target by name, those the story is about"});
  visit.field("name", own.name, {"of your own; default: what it says"});
  visit.field("that", own.that, {"a condition over probes and the journal"});
  visit.field("when", own.when, {"settled: when all has come to rest; always: all the time"});
  visit.field("every", own.every, {"always: how often its probes look", 10'000'000});
}
template <class Visitor>
void describe(Visitor& visit, Invariant& value) {
  InvariantEntry entry{value, {}};
  describe(visit, entry);
}
struct StopWhen {
  Expression that;
  Duration length{};  // for how long it has to hold
};
template <class Visitor>
void describe(Visitor& visit, StopWhen& value) {
  visit.field("that", value.that, {.doc = "ends the run early", .required = true});
  visit.field("for", value.length, {"when it held for this long"});
}
struct Variant {
  std::string name;
  std::string why;
  std::vector<std::string> breaks;  // invariants and service levels, by name
  Source source;
};
// `set` is laid over the file before anything is decoded, so that no field holds it.
struct VariantOverlay {};
template <class Visitor>
void describe(Visitor& visit, Variant& value) {
  VariantOverlay overlay;
  visit.field("why", value.why, {"what is taken away, and what for"});
  visit.field("set", overlay, {.doc = "keys of the file, laid over it", .required = true});
  visit.field("breaks", value.breaks, {"invariants and service levels that must fail"});
}
// What `seawall gate` compares, cell by cell, with a saved run.
struct Gate {
  std::string baseline;             // a saved name, or a folder; empty: no gate
  std::vector<Expression> fail_if;  // `baseline` in one: the same measure, there
  Source source;
};
template <class Visitor>
void describe(Visitor& visit, Gate& value) {
  visit.field("baseline", value.baseline, {.doc = "a saved name, or a folder", .required = true});
  visit.field("fail_if", value.fail_if,
              {.doc = "\"latency.p99 > 1.25 * baseline + 10ms\"", .required = true});
}
struct Report {
  std::string dir;                   // template; empty: out/<UTC>-<name>
  std::vector<std::string> formats;  // empty: all
};
template <class Visitor>
void describe(Visitor& visit, Report& value) {
  visit.field("dir", value.dir, {"of the run; with ${scenario} ${seed} ${variant} ${time}"});
  visit.field("formats", value.formats, {"narrows what is written"});
}

struct Scenario {
  std::string file;  // as it was named
  Meta meta;
  Run run;
  Target target;
  Policy policy;
  Saga saga;
  std::vector<Service> services;
  std::vector<LinkSpec> links;  // of services and external: with those that templates name
  Control control;
  std::vector<Probe> probes;
  std::vector<Load> loads;
  std::vector<Fault> faults;
  std::vector<ServiceLevel> levels;
  std::vector<Invariant> invariants;     // those the story is about, and those of its own
  std::vector<Expression> steady_state;  // hold = [...]
  std::vector<StopWhen> stop_when;
  std::vector<std::string> hosts;  // blast radius
  std::vector<std::string> redact_headers;
  std::vector<Variant> variants;  // of the file; which one was applied is `variant`
  std::string variant;
  Gate gate;
  Report report;
  // The file after extends, variant and --set, as TOML: what scenario.toml of a run holds. Secrets
  // stay unresolved in it.
  std::string resolved;
  // Hash over target, load, faults and durations: runs with equal hashes can be compared.
  std::uint64_t comparison_hash = 0;
};

// Tables of the file that Scenario holds flat.
struct SteadyState {
  std::vector<Expression>& hold;
};
template <class Visitor>
void describe(Visitor& visit, SteadyState& value) {
  visit.field("hold", value.hold, {"must hold after the warm-up, or nothing is injected"});
}
struct BlastRadius {
  std::vector<std::string>& hosts;
  std::vector<StopWhen>& stop_when;
};
template <class Visitor>
void describe(Visitor& visit, BlastRadius& value) {
  visit.field("hosts", value.hosts, {"nothing else is touched"});
  visit.field("stop_when", value.stop_when, {"{ that, for }: healed and judged at once"});
}
struct Redact {
  std::vector<std::string>& headers;
};
template <class Visitor>
void describe(Visitor& visit, Redact& value) {
  visit.field("headers", value.headers, {"shown as *** everywhere"});
}

struct MetaTable {
  Meta& meta;
  std::string& variant;
};
template <class Visitor>
void describe(Visitor& visit, MetaTable& value) {
  describe(visit, value.meta);
  visit.field("variant", value.variant, {"which variant this is; said by the files of a run"});
}

// The whole file. What later tables say is checked against what earlier ones name.
template <class Visitor>
void describe(Visitor& visit, Scenario& value) {
  std::int64_t schema = 1;
  std::string extends;
  MetaTable meta{value.meta, value.variant};
  SteadyState steady_state{value.steady_state};
  BlastRadius blast_radius{value.hosts, value.stop_when};
  Redact redact{value.redact_headers};
  visit.field("schema", schema, {"version of the language: 1, in every file"});
  visit.field("extends", extends, {"a file to lay this one over, relative to it"});
  visit.field("scenario", meta, {.doc = "what it is called and about", .required = true});
  visit.field("run", value.run, {"how long, from which seed"});
  visit.field("target", value.target, {"the system under test"});
  visit.field("policy", value.policy, {"the patterns under test"});
  visit.field("saga", value.saga, {"how orders are carried through"});
  visit.field("service", value.services, {"services of your own"});
  visit.field("link", value.links, {"ways between them, through the proxy"});
  visit.field("control", value.control, {"what may be steered from outside during the run"});
  visit.field("load", value.loads, {.doc = "what is sent, and how often", .required = true});
  visit.field("fault", value.faults, {"what goes wrong"});
  visit.field("slo", value.levels, {"service levels"});
  visit.field("probe", value.probes, {"looks from outside, for conditions of your own"});
  visit.field("invariant", value.invariants, {"those that the story is about, and your own"});
  visit.field("steady_state", steady_state, {"before any fault"});
  visit.field("blast_radius", blast_radius, {"how far it may go"});
  visit.field("redact", redact, {"secrets"});
  visit.field("gate", value.gate, {"what is compared with a saved run"});
  visit.field("report", value.report, {"what is written, and where"});
  visit.field("variant", value.variants, {"the same with something taken away"});
}

}  // namespace seawall::model
