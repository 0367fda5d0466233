// The ledger of a run, sorted by (node, lsn) and gathered by order, together with what was
// observed: all that an invariant reads. Built once for a verdict; the invariants walk its orders,
// which come in the order of their subjects, so that a message always names the same orders first.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/check/observations.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::check {

using base::Money;
using Row = record::LedgerRow;
using Machine = Row::Machine;

// One order: its rows at all nodes, and what follows from them at once.
struct Order {
  std::string_view id;
  base::Subject subject;
  std::span<const Row* const> rows;  // by (node, lsn)
  const Row* pending = nullptr;      // the row that made it; none: an orphan
  const Row* last = nullptr;         // of the machine `order`
  const Row* terminal = nullptr;     // of its saga, the first: completed or compensated
  const Row* last_saga = nullptr;    // intent or terminal
  Money amount;                      // price x quantity, as its pending row says
  Money captured;
  Money refunded;

  bool exists() const { return pending != nullptr; }
  std::string_view state() const { return last ? std::string_view(last->to) : "absent"; }
  bool began() const { return pending || last_saga; }
  bool open() const { return began() && !terminal; }
  Money net() const { return captured - refunded; }
};

// "write 12 of payment": the 12th durable write of its own store, counted from 1.
std::string place(const Row& row);

// The charge that a row of the machine `charge` is about: a refund or a tombstone names its
// capture.
inline std::string_view charge_key(const Row& row) {
  return row.names.empty() ? row.key : row.names;
}

class Evidence {
 public:
  // Both must outlive it.
  Evidence(const model::Scenario& scenario, const Record& record);
  Evidence(const Evidence&) = delete;

  const model::Scenario& scenario() const { return scenario_; }
  const Record& record() const { return record_; }
  const Observations& observations() const { return observations_; }
  std::span<const Row* const> ledger() const { return ledger_; }  // by (node, lsn)
  std::span<const Order> orders() const { return orders_; }

  const Order* find(std::string_view id) const;
  // The order that a client's key made; the first, where it made several.
  const Order* made_by(std::string_view client_key) const;
  std::int64_t open_sagas() const { return open_sagas_; }

  // When the last fault ended or the load did, whichever was later.
  TimePoint rest_from() const;
  // The run was broken off before everything had come to rest: nothing follows from what is open.
  // Not so where the whole limit `settle` was granted all the same: what is open then stays open.
  bool cut_short() const;
  // The moment up to which the run was watched.
  TimePoint watched_until() const;
  // Empty, or what is missing from the ledger: lsns that nobody has, or durable positions that a
  // reply named and the ledger has never reached.
  std::string missing() const;

 private:
  void sort_ledger();
  void gather_orders();
  void summarize(Order& order);

  const model::Scenario& scenario_;
  const Record& record_;
  Observations observations_;
  std::vector<const Row*> ledger_;
  std::vector<const Row*> by_order_;  // what the orders' spans point into
  std::vector<Order> orders_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::unordered_map<std::string_view, std::size_t> by_client_key_;
  std::int64_t open_sagas_ = 0;
};

}  // namespace seawall::check
