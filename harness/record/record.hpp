// What happened in a run, and all that judges may read. Checks and reports know neither sockets nor
// services: they read these rows, which are the same for every world.
//
//   ledger     durable batches, read from the stores: what is true
//   exchanges  the wire journal of the links, and what the client was told
//   events     phases, faults, patterns at work
//   samples    queues and requests in flight, every 100 ms
//   probes     what the scenario's own probes answered
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/index.hpp"
#include "harness/base/link.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"
#include "harness/model/request.hpp"
#include "harness/record/ledger.hpp"

namespace seawall::record {

using base::Duration;
using base::TimePoint;

// One request on one link, or one request as its client saw it; the two differ only in who
// observed.
struct Exchange {
  enum class Observer : std::uint8_t { link, client };
  Observer observer = Observer::link;
  base::Link link;
  base::ExecutionIndex index;
  model::Method method = model::Method::get;
  base::ShortText path;
  base::ShortText key;  // Idempotency-Key
  std::uint64_t payload_hash = 0;
  TimePoint intended{};  // client: when it should have been sent
  TimePoint sent{};      // client: sent; link: reached the link
  TimePoint ended{};     // answer, failure, or given up; 0: still open at the end
  TimePoint deadline{};  // as the caller had set it
  int status = 0;        // 0: no answer
  std::optional<model::Failure> failure;
  model::Told told;                   // from the body that went to the caller
  std::uint64_t durable_lsn = 0;      // the callee's log position when it answered
  std::vector<std::uint16_t> faults;  // that acted on it, by position in the scenario
  std::uint16_t copies = 1;           // delivered to the callee
  base::ShortText request_name;       // client: of the load's request
  bool expected = false;              // client: met `expect`
  bool abandoned = false;             // client: left on purpose
  std::int64_t bytes_out = 0;         // body bytes of request
  std::int64_t bytes_in = 0;          // and of the answer
};

// Something that happened at a moment. Serialised, these are events.jsonl; ordered by (t, n).
struct Event {
  enum class Kind : std::uint8_t {
    phase,     // name: start warmup load heal settle end
    fault,     // name: the fault; what: armed, healed, undone
    hit,       // name: the fault; subject, where: the link or node
    node,      // where: the node; what: up, down, draining, paused, resumed
    breaker,   // where: the link; what: "closed open", "open half_open", ...
    outlier,   // where: the link to the instance; what: ejected, returned
    probe,     // where: the link: a half-open probe was let through; value: now in flight
    retry,     // where: the link; value: attempt; name: "hedge" where it is one
    reject,    // where: the link or node; name: the pattern ("bulkhead", "capacity", ...);
               // what: "callee" where it was refused at the other end of the link
    degraded,  // where: the node; name: what is missing; what: the kind of its substitute
    saga,      // where: the node; what: compensating, dead_letter, dead_letter_closed, recovered
    late,      // where: the link: a call went on past its deadline; value: by ns
    stop,      // name: the stop condition that was met
    check,     // name; what: the verdict
  };
  TimePoint t{};
  std::uint64_t n = 0;  // given by the record
  Kind kind = Kind::phase;
  std::string where;
  std::string name;
  std::string what;
  base::Subject subject;
  std::int64_t value = 0;
};

// Counters of one pattern on one link (or node), summed over the incarnations of its owner.
struct PatternUse {
  std::string pattern;     // "retry", "circuit_breaker", ...
  std::string where;       // "order -> payment"
  std::int64_t acted = 0;  // it changed what happened: refused, repeated, cut, replayed
  std::int64_t permits_taken = 0;
  std::int64_t permits_returned = 0;
  std::int64_t peak_in_flight = 0;  // half-open probes, bulkhead permits
};

struct Sample {
  static constexpr const char* links = "links";  // of all of them over sockets, as one node

  TimePoint t{};
  std::string node;
  std::int64_t queued = 0;
  std::int64_t in_flight = 0;  // requests accepted and not answered
  Duration oldest{};           // age of the oldest of them
};

// What a probe of the scenario answered, from outside and past the proxies.
struct ProbeSample {
  // What for. One condition is judged over the samples of one round, which were asked together.
  enum class Moment : std::uint8_t {
    steady_state,  // before any fault, the load paused
    always,        // during load and settling, for invariants that hold all the time
    settled,       // at the end, when all had come to rest
  };
  TimePoint asked{};
  TimePoint t{};  // when the answer was there
  Moment moment = Moment::always;
  std::uint32_t round = 0;  // of the run, from 1
  std::string probe;
  std::string text;              // the value, as it came ...
  std::optional<double> number;  // ... and as a number, where it is one; read by verdicts alone
  std::string error;             // empty, or why there is no value
};

struct FaultUse {
  std::string name;
  std::int64_t reached = 0;      // matching calls that reached the link while it was armed
  std::int64_t connections = 0;  // of those that reached: whole connections, whose bytes it changes
  std::int64_t hit = 0;          // really changed
  std::int64_t calls = 0;        // calls of any kind that reached the link while it was armed
  std::int64_t shielded = 0;     // calls that the caller refused by itself meanwhile
  TimePoint armed{};
  TimePoint healed{};  // 0: never armed or never healed
  bool was_armed = false;
  std::string trouble;  // a command: the rest of a sentence about what went wrong; empty: nothing
};

// How the load kept its schedule. Lateness is sent - intended.
struct LoadUse {
  std::string name;
  std::int64_t planned = 0;
  std::int64_t sent = 0;
  std::int64_t peak_in_flight = 0;
  bool overflowed = false;  // max_in_flight was passed
  std::string lack;         // what of it was never sent, for want of a saved value; empty: nothing
  Duration lateness_p50{}, lateness_p99{}, lateness_max{};
  Duration lateness_limit{};
};

// A tool of the user that made load, and how it ended.
struct ToolUse {
  std::string name;     // of the load
  std::string command;  // as people may see it
  Duration lasted{};
  bool was_asked = false;   // to end, with the load phase
  bool was_killed = false;  // because it did not
  bool by_signal = false;   // that is how it ended; else with a status
  int status = 0;           // or the signal
  std::string end;          // "exited with status 1"
  std::string last_lines;   // of what it said
};

struct Record {
  std::vector<LedgerRow> ledger;    // sorted by (node, lsn) before it is judged
  std::vector<Exchange> exchanges;  // links
  std::vector<Exchange> history;    // the client's
  std::vector<Event> events;
  std::vector<Sample> samples;
  std::vector<PatternUse> patterns;
  std::vector<FaultUse> faults;  // by position in the scenario
  std::vector<ProbeSample> probes;
  std::vector<LoadUse> loads;
  std::vector<ToolUse> tools;

  TimePoint time_zero{};  // start of the load phase; all other times are on the same clock
  TimePoint warmup_start{};
  TimePoint load_end{};
  TimePoint healed{};   // the last moment a fault was active, or load_end where none was
  TimePoint settled{};  // 0: the limit passed first
  TimePoint end{};
  bool interrupted = false;
  std::string stopped_by;  // the stop condition that was met; empty: none
  std::int64_t events_dropped = 0;
  // The longest that a commit to a disk took, and whose it was; 0: no disk was written to.
  Duration slowest_commit{};
  std::string slowest_disk;

  // Sorts what judges rely on: the ledger by (node, lsn), events by (t, n) after numbering them.
  void sort();
};

// The positions of the rows of a ledger, by (node, lsn).
std::vector<std::uint32_t> in_order_of_logs(const std::vector<LedgerRow>& ledger);

}  // namespace seawall::record

namespace seawall::model {
template <>
inline constexpr auto enum_names<record::Event::Kind> = std::to_array<std::string_view>(
    {"phase", "fault", "hit", "node", "breaker", "outlier", "probe", "retry", "reject", "degraded",
     "saga", "late", "stop", "check"});
}  // namespace seawall::model

// What goes from a process to the one that judges.
namespace seawall::record {
template <class Visitor>
void describe(Visitor& visit, Event& event) {
  visit.field("t", event.t, {});
  visit.field("kind", event.kind, {});
  visit.field("where", event.where, {});
  visit.field("name", event.name, {});
  visit.field("what", event.what, {});
  visit.field("subject", event.subject, {});
  visit.field("value", event.value, {});
}
template <class Visitor>
void describe(Visitor& visit, PatternUse& use) {
  visit.field("pattern", use.pattern, {});
  visit.field("where", use.where, {});
  visit.field("acted", use.acted, {});
  visit.field("permits_taken", use.permits_taken, {});
  visit.field("permits_returned", use.permits_returned, {});
  visit.field("peak_in_flight", use.peak_in_flight, {});
}
template <class Visitor>
void describe(Visitor& visit, Sample& sample) {
  visit.field("t", sample.t, {});
  visit.field("node", sample.node, {});
  visit.field("queued", sample.queued, {});
  visit.field("in_flight", sample.in_flight, {});
  visit.field("oldest", sample.oldest, {});
}
}  // namespace seawall::record
