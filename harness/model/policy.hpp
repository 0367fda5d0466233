// The resilience policy of a link: which patterns stand between a caller and its callee, and with
// which parameters. Names follow Resilience4j, Envoy, gRPC and Temporal. Plain data; the machines
// that act on it are in targets/resilience and take these structs as they are.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "harness/base/link.hpp"
#include "harness/model/describe.hpp"

namespace seawall::model {

using base::Duration;
using base::Rate;
using base::Share;
using namespace std::chrono_literals;

struct Timeout {
  Duration attempt = 500ms;       // a total deadline for one attempt, never per read
  Duration total = 2s;            // over all attempts; never past the caller's deadline
  Duration connect = 200ms;       //
  Duration min_remaining = 50ms;  // less than this left: do not even try
  bool propagate_deadline = true;
  bool per_read = false;  // an exhibit: `attempt` is for each read, and there is no total
};
template <class Visitor>
void describe(Visitor& visit, Timeout& value) {
  visit.field("attempt", value.attempt, {"total deadline of one attempt, not per read", 1});
  visit.field("total", value.total, {"over all attempts; never past the caller's deadline", 1});
  visit.field("connect", value.connect, {"for the connect alone", 1});
  visit.field("min_remaining", value.min_remaining, {"less than this left: do not even try"});
  visit.field("propagate_deadline", value.propagate_deadline,
              {"pass the remaining time to the callee"});
  visit.field("per_read", value.per_read,
              {"true is an exhibit: attempt bounds each read of an answer, nothing bounds the "
               "whole, and no deadline is inherited or passed on"});
}

struct Retry {
  enum class Jitter : std::uint8_t { none, equal, full, decorrelated, proportional };
  enum class Exhausted : std::uint8_t { tell, wait_and_forget };
  std::int64_t max_attempts = 3;
  Duration initial_interval = 100ms;
  double multiplier = 2.0;
  Duration max_interval = 2s;
  Jitter jitter = Jitter::full;
  // "connect", "reset", "timeout", or a status ("503", "5xx")
  std::vector<std::string> retry_on = {"connect", "reset", "timeout", "429", "502", "503", "504"};
  bool idempotent_only = true;
  bool respect_retry_after = true;
  bool retry_when_open = false;
  Exhausted exhausted = Exhausted::tell;
};
template <>
inline constexpr auto enum_names<Retry::Jitter> =
    std::to_array<std::string_view>({"none", "equal", "full", "decorrelated", "proportional"});
template <>
inline constexpr auto enum_names<Retry::Exhausted> =
    std::to_array<std::string_view>({"tell", "wait_and_forget"});
template <class Visitor>
void describe(Visitor& visit, Retry& value) {
  visit.field("max_attempts", value.max_attempts, {"attempts in all, the first included", 1, 100});
  visit.field("initial_interval", value.initial_interval, {"wait before the second attempt"});
  visit.field("multiplier", value.multiplier, {"growth of the wait", 1, 100});
  visit.field("max_interval", value.max_interval, {"the longest wait"});
  visit.field("jitter", value.jitter, {"how the wait is drawn"});
  visit.field("retry_on", value.retry_on,
              {"connect, reset, timeout, or a status such as 503 or 5xx"});
  visit.field("idempotent_only", value.idempotent_only,
              {"never repeat a request that has an effect and no idempotency key"});
  visit.field("respect_retry_after", value.respect_retry_after,
              {"wait at least as long as the answer asks for"});
  visit.field("retry_when_open", value.retry_when_open, {"retry what the breaker refused"});
  visit.field("exhausted", value.exhausted,
              {"after the last attempt: tell what came of it; wait_and_forget is an exhibit: wait "
               "once more, and lose the cause"});
}

struct RetryBudget {
  enum class Kind : std::uint8_t { token, ratio };
  Kind kind = Kind::token;
  std::int64_t max_tokens = 10;          // token: as in gRPC; retries stop at half of it
  double token_ratio = 0.1;              // token: what a success gives back
  Share percent = Share::percent(20);    // ratio: retries per first attempts
  Rate min_rate = Rate::per_second(10);  // ratio: always allowed
  Duration window = 10s;                 // ratio: over this time
};
template <>
inline constexpr auto enum_names<RetryBudget::Kind> =
    std::to_array<std::string_view>({"token", "ratio"});
template <class Visitor>
void describe(Visitor& visit, RetryBudget& value) {
  visit.field("kind", value.kind, {"token bucket as in gRPC, or a ratio of the calls"});
  visit.field("max_tokens", value.max_tokens, {"token: full bucket; no retry at half or less", 1});
  visit.field("token_ratio", value.token_ratio, {"token: given back by each success", 0, 1000});
  visit.field("percent", value.percent, {"ratio: retries per first attempt"});
  visit.field("min_rate", value.min_rate, {"ratio: retries that are always allowed"});
  visit.field("window", value.window, {"ratio: over this time", 1});
}

struct CircuitBreaker {
  enum class Window : std::uint8_t { count, time };
  enum class State : std::uint8_t { automatic, forced_open, disabled, metrics_only };
  enum class Machine : std::uint8_t { sound, seed_000, seed_002, library };
  Window window = Window::count;
  std::int64_t size = 50;           // count: calls
  Duration window_time = 10s;       // time: how long
  std::int64_t minimum_calls = 20;  // fewer in the window: no rate is judged
  Switch<Share> failure_rate = Share::percent(50);
  Duration slow_call = 300ms;
  Switch<Share> slow_call_rate = Share::percent(50);
  std::int64_t consecutive_failures = 0;  // 0: not used
  Duration open_for = 5s;
  std::int64_t half_open_calls = 3;
  Switch<Duration> half_open_max_wait = 2s;
  std::vector<std::string> ignore = {"4xx"};         // no failures, unless recorded below
  std::vector<std::string> record = {"408", "429"};  // failures all the same
  State state = State::automatic;
  Machine machine = Machine::sound;  // the others are exhibits
};
template <>
inline constexpr auto enum_names<CircuitBreaker::Window> =
    std::to_array<std::string_view>({"count", "time"});
template <>
inline constexpr auto enum_names<CircuitBreaker::State> =
    std::to_array<std::string_view>({"auto", "forced_open", "disabled", "metrics_only"});
template <>
inline constexpr auto enum_names<CircuitBreaker::Machine> =
    std::to_array<std::string_view>({"sound", "seed-000", "seed-002", "library"});
// `size` is a number of calls or a time, as `window` says: one key, two fields.
struct WindowSize {
  std::int64_t& calls;
  Duration& time;
};
template <class Visitor>
void describe(Visitor& visit, CircuitBreaker& value) {
  WindowSize size{value.size, value.window_time};
  visit.field("window", value.window, {"count: the last calls; time: the calls of the last time"});
  visit.field("size", size, {"of the window: a number of calls, or a time", 1});
  visit.field("minimum_calls", value.minimum_calls, {"fewer in the window: no rate is judged", 1});
  visit.field("failure_rate", value.failure_rate, {"opens at this share of failures; or false"});
  visit.field("slow_call", value.slow_call, {"a call that takes longer is slow", 1});
  visit.field("slow_call_rate", value.slow_call_rate,
              {"opens at this share of slow calls; or false"});
  visit.field("consecutive_failures", value.consecutive_failures,
              {"opens after so many in a row; 0: not used", 0});
  visit.field("open_for", value.open_for, {"refuses all calls for this time", 1});
  visit.field("half_open_calls", value.half_open_calls,
              {"probes let through when half-open; all must succeed to close", 1, 10'000});
  visit.field("half_open_max_wait", value.half_open_max_wait,
              {"half-open for longer than this: open again; or false", 1});
  visit.field("ignore", value.ignore, {"statuses that are no failures (4xx, 503)"});
  visit.field("record", value.record, {"statuses that are failures though ignored (408, 429)"});
  visit.field("state", value.state, {"auto, forced_open, disabled or metrics_only"});
  visit.field("machine", value.machine,
              {"seed-000, seed-002 and library are exhibits: written by hand, over "
               "consecutive_failures, open_for, half_open_calls, ignore and record alone"});
}

struct Bulkhead {
  std::int64_t max_concurrent = 32;
  Duration max_wait = 0s;
  std::int64_t max_queue = 0;
};
template <class Visitor>
void describe(Visitor& visit, Bulkhead& value) {
  visit.field("max_concurrent", value.max_concurrent, {"calls at the same time", 1, 1'000'000});
  visit.field("max_wait", value.max_wait, {"for a permit; 0: refuse at once"});
  visit.field("max_queue", value.max_queue, {"callers that may wait for a permit", 0, 1'000'000});
}

// What is answered when a call came to nothing. Reads only: an effect has no substitute.
struct Fallback {
  enum class Kind : std::uint8_t { partial, fixed, stale_cache };
  Kind kind = Kind::partial;
  std::string answer = "{}";  // static: the body
  Duration max_stale = 30s;   // stale_cache: an older answer is none
  bool mark_degraded = true;
};
template <>
inline constexpr auto enum_names<Fallback::Kind> =
    std::to_array<std::string_view>({"partial", "static", "stale_cache"});
template <class Visitor>
void describe(Visitor& visit, Fallback& value) {
  visit.field(
      "kind", value.kind,
      {"partial: the parts that could be had; static: a fixed answer; stale_cache: the last "
       "good answer"});
  visit.field("answer", value.answer, {"static: the body, a JSON object"});
  visit.field("max_stale", value.max_stale, {"stale_cache: an older answer is none", 1});
  visit.field("mark_degraded", value.mark_degraded,
              {"name in the answer what is missing or not fresh"});
}

// Off: the callee ignores keys and tombstones; the caller still sends them.
struct Idempotency {
  std::string header = "Idempotency-Key";
  Duration ttl = 24h;
  std::int64_t on_mismatch = 422;
  std::int64_t on_in_flight = 409;
  bool tombstones = true;
};
template <class Visitor>
void describe(Visitor& visit, Idempotency& value) {
  visit.field("header", value.header, {"that carries the key"});
  visit.field("ttl", value.ttl, {"how long a key is remembered", 1});
  visit.field("on_mismatch", value.on_mismatch,
              {"status for the same key with another body", 400, 599});
  visit.field("on_in_flight", value.on_in_flight,
              {"status while the first request of the key is under way", 400, 599});
  visit.field("tombstones", value.tombstones,
              {"a compensation of what never happened refuses the late original"});
}

// A token bucket for each key: `burst` calls at once, `rate` of them in the long run.
struct RateLimiter {
  enum class Algorithm : std::uint8_t { token_bucket };
  enum class Side : std::uint8_t { server, client };
  Algorithm algorithm = Algorithm::token_bucket;
  Rate rate = Rate::per_second(200);
  std::int64_t burst = 50;
  Duration max_wait = 0s;
  std::string key = "X-Client";  // a header, "link" (its caller), or "all"
  Side side = Side::server;
  bool operator==(const RateLimiter&) const = default;
};
template <>
inline constexpr auto enum_names<RateLimiter::Algorithm> =
    std::to_array<std::string_view>({"token_bucket"});
template <>
inline constexpr auto enum_names<RateLimiter::Side> =
    std::to_array<std::string_view>({"server", "client"});
template <class Visitor>
void describe(Visitor& visit, RateLimiter& value) {
  visit.field("algorithm", value.algorithm, {"token_bucket"});
  visit.field("rate", value.rate, {"calls in the long run", 1});
  visit.field("burst", value.burst, {"calls at once, after a rest", 1, 1'000'000});
  visit.field("max_wait", value.max_wait, {"for a token; 0: refuse at once"});
  visit.field("key", value.key,
              {"one bucket for each value of this header, for each \"link\", or for \"all\""});
  visit.field("side", value.side,
              {"server: the callee refuses with 429; client: the caller holds itself back"});
}

// Adaptive throttling of "Site Reliability Engineering" (Google), chapter 21: the caller refuses by
// itself what its callee would refuse anyway.
struct Throttle {
  double k = 2.0;
  Duration window = 10s;
  Share max_rejection = Share::percent(90);
};
template <class Visitor>
void describe(Visitor& visit, Throttle& value) {
  visit.field("k", value.k, {"attempts per accepted one before any is refused", 1, 100});
  visit.field("window", value.window, {"over this time", 1});
  visit.field(
      "max_rejection", value.max_rejection,
      {"the rest gets through whatever happens, else nobody would see the end", 0, 1'000'000});
}

// How many requests a server works on at a time, found out from how long they take.
struct ConcurrencyLimit {
  enum class Algorithm : std::uint8_t { gradient2, vegas, aimd };
  Algorithm algorithm = Algorithm::gradient2;
  std::int64_t initial = 20;
  std::int64_t min = 2;
  std::int64_t max = 200;
  std::vector<std::string> critical;   // "POST /orders", "GET /skus/*"
  Share reserve = Share::percent(20);  // of the limit, for what is critical
  bool operator==(const ConcurrencyLimit&) const = default;
};
template <>
inline constexpr auto enum_names<ConcurrencyLimit::Algorithm> =
    std::to_array<std::string_view>({"gradient2", "vegas", "aimd"});
template <class Visitor>
void describe(Visitor& visit, ConcurrencyLimit& value) {
  visit.field("algorithm", value.algorithm, {"how the limit follows the latency"});
  visit.field("initial", value.initial, {"limit at the start", 1, 1'000'000});
  visit.field("min", value.min, {"never less", 1, 1'000'000});
  visit.field("max", value.max, {"never more", 1, 1'000'000});
  visit.field("critical", value.critical,
              {"requests that may use all of the limit, as \"METHOD /path*\""});
  visit.field("reserve", value.reserve,
              {"share of the limit that only critical requests may use", 0, 1'000'000});
}

// When a second copy of an attempt is sent: after a time, or later than this share of the answers
// came.
struct HedgeDelay {
  std::int64_t percentile = 95;  // 0: after `time`
  Duration time{};
};
struct Hedge {
  HedgeDelay delay;
  std::int64_t max_hedges = 1;
  bool idempotent_only = true;
  bool share_retry_budget = true;
};
template <class Visitor>
void describe(Visitor& visit, Hedge& value) {
  visit.field("delay", value.delay, {"a time, or a percentile of the answers such as p95", 1});
  visit.field("max_hedges", value.max_hedges, {"copies beside the first, of each attempt", 1, 10});
  visit.field("idempotent_only", value.idempotent_only,
              {"never send a request twice that has an effect and no idempotency key"});
  visit.field("share_retry_budget", value.share_retry_budget,
              {"hedges are paid from the retry budget, a token each"});
}

// Answers to reads that the caller keeps and gives again while they are fresh.
struct Cache {
  Duration ttl = 1s;
  std::int64_t max_entries = 1000;
  bool coalesce = true;
};
template <class Visitor>
void describe(Visitor& visit, Cache& value) {
  visit.field("ttl", value.ttl, {"how long an answer is fresh; 0: only coalesce"});
  visit.field("max_entries", value.max_entries, {"the oldest goes first", 1, 1'000'000});
  visit.field("coalesce", value.coalesce,
              {"one call for all who ask for the same at the same time"});
}

// Which instances of a callee are left alone for a while, after Envoy's outlier detection.
struct Outlier {
  std::int64_t consecutive_5xx = 5;
  Duration interval = 1s;
  Duration base_ejection = 5s;
  Share max_ejection = Share::percent(50);
  std::int64_t minimum_hosts = 3;
  Share panic_threshold = Share::percent(50);
  Duration slow_start = 2s;

  // At a time, of so many instances; 0: it never acts.
  std::int64_t most_ejected(std::int64_t instances) const {
    const bool enough = instances >= std::max<std::int64_t>(2, minimum_hosts);
    return enough ? max_ejection.ppm * instances / Share::all().ppm : 0;
  }
};
template <class Visitor>
void describe(Visitor& visit, Outlier& value) {
  visit.field("consecutive_5xx", value.consecutive_5xx,
              {"ejected after so many in a row: 5xx, or no answer", 1, 1'000'000});
  visit.field("interval", value.interval, {"how often it is looked who may return", 1});
  visit.field("base_ejection", value.base_ejection,
              {"how long the first ejection lasts; each further one is longer", 1});
  visit.field("max_ejection", value.max_ejection, {"the most that are ejected at a time"});
  visit.field("minimum_hosts", value.minimum_hosts, {"of fewer none is ejected", 1, 1'000'000});
  visit.field("panic_threshold", value.panic_threshold,
              {"with fewer than this share in use all are called"});
  visit.field("slow_start", value.slow_start,
              {"one that returns takes a growing share of the calls for this time"});
}

struct LinkPolicy {
  Switch<Timeout> timeout;
  Switch<Retry> retry;
  Switch<RetryBudget> retry_budget;
  Switch<CircuitBreaker> circuit_breaker;
  Switch<Bulkhead> bulkhead;
  Switch<Fallback> fallback;
  Switch<Idempotency> idempotency;
  Switch<RateLimiter> rate_limiter;
  Switch<Throttle> throttle;
  Switch<ConcurrencyLimit> concurrency_limit;
  Switch<Hedge> hedge;
  Switch<Cache> cache;
  Switch<Outlier> outlier;
};
template <class Visitor>
void describe(Visitor& visit, LinkPolicy& value) {
  visit.field("timeout", value.timeout, {"total deadlines of attempts and calls"});
  visit.field("retry", value.retry, {"repeats of failed attempts"});
  visit.field("retry_budget", value.retry_budget, {"what keeps retries from making a storm"});
  visit.field("circuit_breaker", value.circuit_breaker, {"fails fast while the callee is ill"});
  visit.field("bulkhead", value.bulkhead, {"bounds what one callee can hold of the caller"});
  visit.field("fallback", value.fallback, {"what is answered when the call came to nothing"});
  visit.field("idempotency", value.idempotency, {"keys that make a repeat harmless"});
  visit.field("rate_limiter", value.rate_limiter, {"bounds how many calls there are in a time"});
  visit.field("throttle", value.throttle, {"the caller refuses what its callee would refuse"});
  visit.field("concurrency_limit", value.concurrency_limit,
              {"the callee refuses what it cannot answer soon"});
  visit.field("hedge", value.hedge, {"a second copy of what takes long; the first answer counts"});
  visit.field("cache", value.cache, {"of reads at the caller, with request coalescing"});
  visit.field("outlier", value.outlier, {"leaves instances that fail alone for a while"});
}

struct Saga {
  enum class Kind : std::uint8_t { orchestration };
  enum class Log : std::uint8_t { durable, memory };
  enum class InDoubt : std::uint8_t { compensate, query, retry, assume_not_done };
  enum class Compensate : std::uint8_t { every_intent, unless_refused };
  enum class GivenUp : std::uint8_t { parked, failed };
  enum class Pivot : std::uint8_t { charge, confirm };
  enum class Arguments : std::uint8_t { own, shifted, none };
  struct Repeat {
    Duration initial = 100ms;
    Duration max = 5s;
    bool wake_on_success = true;
  };
  Kind kind = Kind::orchestration;
  Log log = Log::durable;
  InDoubt in_doubt = InDoubt::compensate;
  Compensate compensate = Compensate::every_intent;
  bool compensation = true;
  std::int64_t compensation_max_attempts = 0;  // 0: for ever
  GivenUp given_up = GivenUp::parked;
  Pivot pivot = Pivot::charge;
  Arguments arguments = Arguments::own;
  Repeat repeat;
  Duration stuck_after = 10s;
  Duration hold_ttl = 10min;
  bool outlives_client = true;
  bool recovery = true;
};
template <>
inline constexpr auto enum_names<Saga::Kind> = std::to_array<std::string_view>({"orchestration"});
template <>
inline constexpr auto enum_names<Saga::Log> =
    std::to_array<std::string_view>({"durable", "memory"});
template <>
inline constexpr auto enum_names<Saga::InDoubt> =
    std::to_array<std::string_view>({"compensate", "query", "retry", "assume_not_done"});
template <>
inline constexpr auto enum_names<Saga::Compensate> =
    std::to_array<std::string_view>({"every-intent", "unless-refused"});
template <>
inline constexpr auto enum_names<Saga::GivenUp> =
    std::to_array<std::string_view>({"parked", "failed"});
template <>
inline constexpr auto enum_names<Saga::Pivot> =
    std::to_array<std::string_view>({"charge", "confirm"});
template <>
inline constexpr auto enum_names<Saga::Arguments> =
    std::to_array<std::string_view>({"own", "shifted", "none"});
template <class Visitor>
void describe(Visitor& visit, Saga::Repeat& value) {
  visit.field("initial", value.initial, {"wait before the first repeat of a step", 1});
  visit.field("max", value.max, {"the longest wait", 1});
  visit.field("wake_on_success", value.wake_on_success,
              {"a success on a link wakes the repeat that waits longest for it"});
}
template <class Visitor>
void describe(Visitor& visit, Saga& value) {
  visit.field("kind", value.kind, {"who leads the saga"});
  visit.field("log", value.log, {"memory: intents and steps are lost in a crash (an exhibit)"});
  visit.field("in_doubt", value.in_doubt,
              {"what is done with a step, up to the pivot, whose outcome is unknown"});
  visit.field("compensate", value.compensate, {"unless-refused is an exhibit"});
  visit.field("compensation", value.compensation, {"false is an exhibit"});
  visit.field("compensation_max_attempts", value.compensation_max_attempts,
              {"0: for ever; n: then given up, which leaves the order inconsistent", 0});
  visit.field("given_up", value.given_up,
              {"what reads a saga whose compensation was given up: parked, with a dead letter; "
               "failed is an exhibit: as if it had been rolled back"});
  visit.field("pivot", value.pivot,
              {"the step behind which a saga only goes forward; confirm is an exhibit: a "
               "confirmation in doubt is refunded"});
  visit.field("arguments", value.arguments,
              {"what its calls name; shifted is an exhibit: each compensation gets the result of "
               "the step before its own, and the order is never cancelled; none is one: no step "
               "learns of the order"});
  visit.field("repeat", value.repeat, {"of a step that must succeed in the end"});
  visit.field("stuck_after", value.stuck_after, {"an older saga gets a dead letter", 1});
  visit.field("hold_ttl", value.hold_ttl, {"after which inventory lets a hold go", 1});
  visit.field("outlives_client", value.outlives_client, {"false is an exhibit"});
  visit.field("recovery", value.recovery, {"at restart; false is an exhibit"});
}

// What is under test: the patterns of every link, the preset with the file's overlay laid over it.
// A link that no entry covers has no pattern at all. Exact entries win over those with `*`.
struct Policy {
  enum class BreakerScope : std::uint8_t { link, caller };
  std::string preset = "field";
  BreakerScope breaker_scope = BreakerScope::link;
  std::map<base::Link, LinkPolicy> links;

  // The policy of this link, or that of the first pattern that covers it; else one without
  // patterns.
  const LinkPolicy& of(const base::Link& link) const;
};
template <>
inline constexpr auto enum_names<Policy::BreakerScope> =
    std::to_array<std::string_view>({"link", "caller"});
template <class Visitor>
void describe(Visitor& visit, Policy& value) {
  visit.field("preset", value.preset, {"what the entries for links are laid over"});
  visit.field("breaker_scope", value.breaker_scope, {"caller: one breaker for all (an exhibit)"});
  visit.rest(value.links, {"\"A -> B\", `*` stands for any service: the patterns of a link"});
}

}  // namespace seawall::model
