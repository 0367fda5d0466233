// The heart of fault injection: a pure function from the armed faults and one request to an effect.
// Kinds of fault are many, effects are few. The simulated network and the proxy links carry out
// effects and know no kinds; a new kind is one file in faults/kinds and one line in its table.
//
//   armed faults + request + (seed, subject, link, operation, label, n)  ->  Decision
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/index.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/base/link.hpp"
#include "harness/model/fault.hpp"
#include "harness/model/request.hpp"

namespace seawall::plan {

using base::Duration;
using base::TimePoint;

// What is done to one request on a link. The parts combine: two faults may delay and drop. Neutral
// by default.
struct Effect {
  // What meets the request on its way to the callee, after `request_delay`.
  enum class Before : std::uint8_t {
    pass,
    refuse,   // the connect is refused: no byte left the caller
    hang,     // the connect does not end while the fault lasts: no byte left the caller either
    reset,    // the connection is reset, the callee never hears
    silence,  // it vanishes; the caller hears nothing until its own deadline
    answer,   // `answer` goes back instead
  };
  // What meets the answer on its way back, after `response_delay`.
  enum class After : std::uint8_t {
    pass,
    reset,
    silence,
    answer,    // another answer goes back
    truncate,  // a part of it, and then the connection ends: for its caller, a reset
    corrupt,   // with bytes of its body flipped: see corrupt()
  };
  enum class Crash : std::uint8_t { none, caller, callee };

  Before before = Before::pass;
  After after = After::pass;
  Duration request_delay{};
  Duration response_delay{};
  // The answer goes back byte by byte, its head counting as one, each so much after the one before.
  Duration byte_gap{};
  // The request is delivered once more, `copy_gap` after the first; the caller gets the first
  // reply.
  bool duplicate = false;
  Duration copy_gap{};
  // The callee gets it only `late_by` after it was sent, and the caller never hears (held by the
  // link meanwhile; delivered at heal at the latest).
  bool late = false;
  Duration late_by{};
  // Who dies, before the request is forwarded or after the callee answered (the answer is lost).
  Crash crash_before = Crash::none;
  Crash crash_after = Crash::none;
  std::uint64_t corruption = 0;  // what `corrupt` draws from
  // Silence takes what is on the link already too, when the fault is armed: see cut_by().
  bool severs = false;
  int status = 0;  // of `answer`
  std::string body;
  std::vector<model::Header> headers;

  bool neutral() const;
  // Whether it decides what becomes of the request or of its answer, beyond delays and copies.
  bool has_fate() const;
};

// What a kind does to a request that its fault has hit: adds its part to the effect. `draw` is
// keyed by the seed, the fault and the execution index.
using Apply = void (*)(const model::Fault& fault, const base::KeyedRandom& draw,
                       const base::Link& link, Effect& effect);

// What a kind does to a node, where it is a node fault.
enum class NodeEffect : std::uint8_t {
  none,
  crash,
  pause,
  lock,
  restart,
  clock_jump,
  disk_error,  // at its durable writes alone
};

// Which requests a kind concerns, by the connection that they go over: whatever it is, one that was
// there when the fault was armed, or one that has yet to be made.
enum class Over : std::uint8_t { any, kept, fresh };

// One fault that is armed now. `position` is its place in the scenario; `apply` is its kind's, from
// the table in faults/kinds. For a crash aimed at a call, `apply` sets crash_before or crash_after.
struct Armed {
  const model::Fault* fault = nullptr;
  Apply apply = nullptr;
  NodeEffect node = NodeEffect::none;
  std::uint16_t position = 0;
  Over over = Over::any;
  // What `first`, `every` and `ramp` count from: how many requests have met its match before this
  // one (of the books, which outlive it; null: none), and when its window began.
  const std::int64_t* met = nullptr;
  TimePoint since{};
  TimePoint armed{};  // the last time, where it flaps
};

struct Decision {
  Effect effect;
  std::vector<std::uint16_t> reached;  // faults whose match this request met, by position
  std::vector<std::uint16_t> hit;      // of them, those that acted
};

// Pure: the same arguments give the same decision, in every world. `index.n` is already counted.
// `opened`: since when the connection that it goes over is there; absent: it has yet to be made.
// Most faults look at the execution index alone. `first` and `every` look at the order in which
// requests come, and `ramp` at `now`: both are the same in every simulated run of a seed, but over
// sockets depend on how the threads of the services happened to run.
Decision decide(std::uint64_t seed, std::span<const Armed> armed, const base::Link& link,
                const model::Request& request, TimePoint now = {},
                std::optional<TimePoint> opened = {});

// Of faults that all meet one point, a call or a durable write, those that act there: by place in
// the list, which is in the order of their positions.
std::vector<bool> acting_together(std::span<const Armed> faults, const model::Point& point);

// Whether it acts on every request on its link.
bool is_unconditional(const model::Fault& fault);

// What arming a fault does to the requests that are on this link already. One that refuses or
// resets whatever comes resets them; one that severs the link loses what has not come through.
struct Cut {
  bool resets = false;
  bool loses_requests = false;  // that have not reached their callee
  bool loses_answers = false;   // of all that have
  bool any() const { return resets || loses_requests || loses_answers; }
};
Cut cut_by(const Armed& armed, const base::Link& link);

// What is left of it where no connection came to be, for this reason: a fault that refuses, or lets
// the connect hang, did its work if it was that, the others never met the request.
void meet_nobody(Decision& decision, model::Failure failure);

// Whether an answer on this link is the one that a fault waits for.
bool is_seen(const model::Seen& seen, const base::Link& link, model::Method method,
             std::string_view path, int status);

// Flips bytes of a body, about one in eight and always the first: what began as JSON is none any
// more, so that no service takes it for another answer than the callee's. One that is empty gets a
// byte.
void corrupt(std::string& body, std::uint64_t key);
// The same for a part of a body, which is not empty, from its byte `at` on.
void corrupt(std::span<char> part, std::uint64_t at, std::uint64_t key);

// Whether a durable write of `node` (class such as "saga.charged"; its ordinal n) is the point of
// one of these faults, and what becomes of it: its node dies before or after the commit, or nothing
// of it becomes durable and its service is told that the disk failed.
struct WriteDecision {
  enum class Fate : std::uint8_t { pass, crash_before, crash_after, fail };
  Fate fate = Fate::pass;
  std::vector<std::uint16_t> hit;
};
WriteDecision decide_write(std::span<const Armed> armed, std::string_view node,
                           base::Subject subject, std::string_view write_class, std::uint32_t n);

}  // namespace seawall::plan
