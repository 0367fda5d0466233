// A ledger row: one change of state that became durable, written in the same transaction as the
// state itself. The ledger is a projection of durable batches, read from the stores; no service
// ever reports what it did, so a forgotten or lying report, or a writer that died after its commit,
// cannot blind the judge.
#pragma once
#include <cstdint>

#include "harness/base/index.hpp"
#include "harness/base/short_text.hpp"
#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::record {

struct LedgerRow {
  // Which machine made a transition; from and to are its states (correctness.md, A4):
  //   order        -, pending, reserved, charged, confirmed, compensating, failed
  //   saga         -, <step> intent rows ("reserve", "charge", "release", ...), then the terminal
  //                row `completed` or `compensated` (to)
  //   reservation  -, held, sold, released, refused, tombstone
  //   charge       -, captured, refunded, declined, tombstone
  //   account      the merchant's account: amount is the signed change
  //   shipment     -, created
  //   stock        -, initial or restocked: quantity
  //   dead_letter  -, open, closed
  //   key          -, seen: a client's key and the order it made (order service)
  enum class Machine : std::uint8_t {
    order,
    saga,
    reservation,
    charge,
    account,
    shipment,
    stock,
    dead_letter,
    key,
  };
  base::ShortText node;
  std::uint64_t lsn = 0;  // gapless for each node, from 1; set by the store
  std::uint64_t batch =
      0;                // rows with the same (node, batch) became durable together; by the store
  base::TimePoint t{};  // host-wide monotonic, when submitted; by the store
  Machine machine = Machine::order;
  base::ShortText order;
  base::Subject subject;
  base::ShortText client_key;
  base::ShortText from;  // "-" for none
  base::ShortText to;
  base::ShortText cause;
  base::ShortText key;  // idempotency key of the effect
  std::uint64_t payload_hash = 0;
  base::Money amount;
  base::ShortText names;  // the row that it names: a refund names its capture's key
  base::ShortText sku;
  std::int64_t quantity = 0;
  std::int64_t available_after = 0;
  std::int64_t balance_after = 0;
  base::ShortText shipment;
};

}  // namespace seawall::record

namespace seawall::model {
template <>
inline constexpr auto enum_names<record::LedgerRow::Machine> =
    std::to_array<std::string_view>({"order", "saga", "reservation", "charge", "account",
                                     "shipment", "stock", "dead_letter", "key"});
}  // namespace seawall::model

namespace seawall::record {
template <class Visitor>
void describe(Visitor& visit, LedgerRow& row) {
  visit.field("node", row.node, {});
  visit.field("lsn", row.lsn, {});
  visit.field("batch", row.batch, {});
  visit.field("t", row.t, {});
  visit.field("machine", row.machine, {});
  visit.field("order", row.order, {});
  visit.field("subject", row.subject, {});
  visit.field("client_key", row.client_key, {});
  visit.field("from", row.from, {});
  visit.field("to", row.to, {});
  visit.field("cause", row.cause, {});
  visit.field("key", row.key, {});
  visit.field("payload_hash", row.payload_hash, {});
  visit.field("amount", row.amount, {});
  visit.field("names", row.names, {});
  visit.field("sku", row.sku, {});
  visit.field("quantity", row.quantity, {});
  visit.field("available_after", row.available_after, {});
  visit.field("balance_after", row.balance_after, {});
  visit.field("shipment", row.shipment, {});
}
}  // namespace seawall::record
