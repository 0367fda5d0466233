// What one node has made durable: rows by key, and its place in the ledger. It survives its node;
// what a crash does to writes under way is decided by the world (operations.cpp), batch by batch.
//
// Scans are rare (recovery), so the order of keys is made when one is asked for: a sorted part, and
// a short tail of newer rows.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/text_table.hpp"
#include "harness/runtime/env.hpp"
#include "harness/sim/journal.hpp"

namespace seawall::sim {

using base::TimePoint;

class Disk {
 public:
  explicit Disk(std::string_view node) : node_(node) {}

  // Nothing where there is none; valid until the next commit.
  std::optional<std::string_view> find(std::string_view key) const { return rows_.find(key); }
  runtime::Rows scan(std::string_view prefix);
  // Whether a key that must be absent exists.
  bool conflicts(const runtime::Batch& batch) const;
  // Makes the batch durable at once and in one piece, its ledger rows in `journal`. `submitted` is
  // when the service wrote it.
  void commit(runtime::Batch& batch, TimePoint submitted, Journal& journal);

  std::uint64_t lsn() const { return lsn_; }

 private:
  void sort_tail();

  base::ShortText node_;
  base::TextTable rows_;
  std::vector<std::uint32_t> sorted_;  // numbers of the first rows, by key
  std::uint64_t lsn_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace seawall::sim
