// What one worker knows of one link: the faults as they are now, the connections that are its own,
// and what it counts.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/relay/draws.hpp"
#include "faults/relay/interceptor.hpp"
#include "faults/relay/relay.hpp"
#include "faults/relay/schedule.hpp"
#include "faults/relay/worker.hpp"

namespace seawall::relay {

class Aside;
class Connection;

// Immutable: a change is another one.
struct Snapshot {
  std::vector<StreamFault> faults;
  // By position in `faults`, for those whose rate is of all connections together.
  std::map<std::size_t, std::shared_ptr<Pacer>> shared;
  // For each of `faults`: what it did, and whether it has just come or changed.
  std::vector<std::shared_ptr<FaultUse>> uses;
  std::vector<bool> fresh;
};

struct Lane {
  using Count = std::atomic<std::uint64_t>;  // written by the worker's thread alone
  struct Bytes {
    Count received = 0;
    Count sent = 0;
  };

  Lane(Worker& w, std::size_t i, base::KeyedRandom k, std::int64_t q)
      : worker(w), index(i), key(k), queue(q) {}

  Worker& worker;
  const std::size_t index;      // of the worker
  const base::KeyedRandom key;  // of the seed and the link
  const std::int64_t queue;     // see Relay::Settings
  // As Link::Settings has them; set before the first connection.
  std::shared_ptr<const TlsSettings> caller_tls;
  std::shared_ptr<const TlsSettings> callee_tls;
  Interceptor::Make intercept;
  std::shared_ptr<const Snapshot> snapshot = std::make_shared<Snapshot>();
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections;  // by number
  std::map<std::uint64_t, std::shared_ptr<Aside>> asides;            // by a number of their own
  std::deque<std::shared_ptr<Aside>> due_asides;                     // and not sent yet
  std::uint64_t last_aside = 0;
  std::size_t aside_bytes = 0;  // of their requests
  std::size_t sent_asides = 0;  // that are connected, or about to be
  bool sends_asides = false;    // is about to, in a function further up
  Bytes up;
  Bytes down;
  Count open = 0;
  Count unreachable = 0;
  Count refused = 0;
  Count distrusted = 0;
  std::optional<stats::Histogram> injection_error;  // of the worker's thread too
  DrawLog draws;                                    // likewise
};

inline void add(Lane::Count& count, std::uint64_t n) {
  count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace seawall::relay
