// What the stores have in common: the end of a range of keys, the numbers of ledger rows, and the
// question whether a fault is aimed at a batch.
#pragma once
#include <string_view>

#include "harness/live/store.hpp"

namespace seawall::live {

// The least key above every key that starts with `prefix`; nothing where there is no bound.
std::optional<std::string> end_of_prefix(std::string_view prefix);

// The last numbers given; the ledger of a node goes on where it ended.
struct LedgerNumbers {
  std::uint64_t lsn = 0;
  std::uint64_t batch = 0;
  // Sets node, lsn, batch and t of the rows of one batch.
  void number(std::string_view node, base::TimePoint submitted,
              std::vector<record::LedgerRow>& rows);
};

// Whether the node dies at the commit of this batch; one without a write class is no point.
Store::Aim::Fate fate_of(const Store::Aim& aim, const runtime::Batch& batch);

}  // namespace seawall::live
