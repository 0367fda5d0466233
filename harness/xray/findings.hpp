// What was found out about the resilience of one link, and how sure that is.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/xray/experiments.hpp"
#include "harness/xray/measure.hpp"

namespace seawall::xray {

// A value, or why there is none to tell.
template <class Value>
struct Found {
  std::optional<Value> value;
  std::string why;  // of none: "cannot tell: ...", or "none ..."

  static Found of(Value value) { return {std::move(value), {}}; }
  static Found none(std::string why) { return {std::nullopt, std::move(why)}; }
};

enum class Jitter : std::uint8_t { none, equal, full, other };

struct Backoff {
  std::vector<std::pair<Duration, Duration>> waits;  // before each repeat: least and longest seen
  Jitter jitter = Jitter::none;
};

struct BreakerFinding {
  Probe opened_by = Probe::status_503;
  // Counting rule, as far as it shows: so many failures in a row, or a share of at least
  // `minimum_calls`.
  std::optional<std::int64_t> consecutive;
  std::optional<std::int64_t> minimum_calls;
  Opening fresh;                    // after few successes
  std::optional<Opening> seasoned;  // after many
  Found<Duration> open_for;
  Found<std::int64_t> half_open_calls;
};

// What becomes of calls beyond the most that a caller has under way at once.
enum class Beyond : std::uint8_t { refused, waits, unknown };

struct LinkFindings {
  Subject subject;
  std::string request;  // of the client, that brings calls here
  std::map<Probe, Reaction> reactions;
  Found<Duration> timeout;  // of one attempt
  Found<Duration> total;    // over all attempts
  Found<std::int64_t> attempts;
  std::vector<Probe> repeated;  // what is tried again
  Found<Backoff> backoff;
  Found<std::int64_t> budget;  // repeats in a row until there are no more
  Found<BreakerFinding> breaker;
  Found<std::int64_t> at_once;  // requests
  Beyond beyond = Beyond::unknown;
  Found<std::int64_t> pool;  // connections: who needs one more waits for it
  Found<bool> leaves_with_caller;
  Found<bool> passes_deadline;  // of its caller, to its callee
};

struct Xray {
  std::string scenario;
  std::string mode;
  std::vector<LinkFindings> links;
  std::vector<std::pair<base::Link, std::string>> skipped;  // and why
  std::int64_t runs = 0;
};

// From reactions alone. Waits that are nearer than `noise` to each other count as one.
void conclude(LinkFindings& findings, Duration patience,
              Duration noise = std::chrono::milliseconds(5));
// From the two openings: which rule explains both. `fresh` had fewer successes before it.
void conclude(BreakerFinding& breaker);
// From a crowd that the client wanted to have `wanted` requests in.
void conclude(LinkFindings& findings, const Crowd& crowd, std::int64_t wanted);
// The waits before each repeat, where enough of them were seen.
Found<Backoff> backoff_of(const std::map<Probe, Reaction>& reactions,
                          Duration noise = std::chrono::milliseconds(5));

}  // namespace seawall::xray
