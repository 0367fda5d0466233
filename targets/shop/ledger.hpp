// How the services of the shop fill ledger rows (harness/record/ledger.hpp).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/model/request.hpp"
#include "harness/runtime/env.hpp"

namespace seawall::shop {

// Appends a row to the batch: `order` goes from one state to another because of `request`, whose
// body has this hash. The caller adds what else the row knows, before the next one is appended.
inline record::LedgerRow& add_row(runtime::Batch& batch, record::LedgerRow::Machine machine,
                                  const std::string& order, std::string_view from,
                                  std::string_view to, const model::Request& request,
                                  std::uint64_t payload_hash) {
  record::LedgerRow& row = batch.ledger.emplace_back();
  row.machine = machine;
  row.order = order;
  row.subject = request.index.subject;
  row.from = from;
  row.to = to;
  row.key = request.idempotency_key;
  row.payload_hash = payload_hash;
  return row;
}

}  // namespace seawall::shop
