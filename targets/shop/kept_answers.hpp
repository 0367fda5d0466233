// The answers that a service has given under idempotency keys: kept in its store, in the same batch
// as the effect, and in memory for as long as the incarnation lives.
//
//   take_in<Body>(request)   the answer to give at once, or what is needed to do it:
//     enter(order)             nothing: another operation on it is under way
//     known(request, hash)     the answer to give, where there is one
//   keep(request, hash, response, batch)  write(batch)
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text_table.hpp"
#include "harness/runtime/task.hpp"
#include "targets/resilience/idempotency.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

class KeptAnswers {
 public:
  using Flight = resilience::Idempotency::Flight;

  // `policy`: of the link that the requests come over.
  KeptAnswers(runtime::Env& env, const model::Switch<model::Idempotency>& policy)
      : env_(env), machine_(policy) {}

  // Reads what earlier incarnations kept; false: the store failed.
  runtime::Task<bool> load();

  // Whether keys and tombstones mean anything here; else each request is taken as the first.
  bool respected() const;
  bool leaves_tombstones() const;

  // Marks that an operation on `order` is under way; all operations on one order exclude each
  // other.
  std::optional<Flight> enter(std::string order) { return machine_.enter(std::move(order)); }
  model::Response in_flight() { return machine_.in_flight(); }
  // What has been answered under this key, or that the key is another request's.
  std::optional<model::Response> known(const model::Request& request, std::uint64_t payload_hash);

  // A request that is to have an effect. `flight` lasts until its answer is durable.
  template <model::Described Body>
  struct TakenIn {
    Body body;
    Flight flight;
    std::uint64_t payload_hash;
  };
  // Or the answer to give at once: its body is none, its order is busy, or its key is known.
  template <model::Described Body>
  base::expected<TakenIn<Body>, model::Response> take_in(const model::Request& request) {
    auto body = model::decode_json<Body>(request.body);
    if (!body) return base::unexpected(bad_request(body.error()));
    auto flight = enter(body->order);
    if (!flight) return base::unexpected(in_flight());
    const std::uint64_t payload_hash = base::hash_bytes(request.body);
    auto known_answer = known(request, payload_hash);
    if (known_answer) return base::unexpected(std::move(*known_answer));
    return TakenIn<Body>{std::move(*body), std::move(*flight), payload_hash};
  }

  // Remembers the answer, and adds it to the batch of its effect.
  void keep(const model::Request& request, std::uint64_t payload_hash,
            const model::Response& response, runtime::Batch& batch);
  // The batch has failed. An empty row is none (from_row).
  void forget(const model::Request& request) { answers_.put(request.idempotency_key, {}); }

  // A tombstone has refused what came after its own compensation: an act of the pattern.
  void turned_away() { machine_.turned_away(); }
  void collect(std::string_view where, std::vector<record::PatternUse>& uses) const {
    machine_.collect(where, uses);
  }

 private:
  runtime::Env& env_;
  resilience::Idempotency machine_;
  base::TextTable answers_;  // by key, as rows: few are read again
};

}  // namespace seawall::shop
