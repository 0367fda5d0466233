// What one node has made durable: rows by key, and its place in the ledger. It survives its node;
// what a crash does to writes under way is decided by the world (operations.cpp), batch by batch.
//
// Rows lie in the order of their first write, found by a hash table. Scans are rare (recovery), so
// the order of keys is made when one is asked for: a sorted part, and a short tail of newer rows.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runtime/env.hpp"
#include "harness/sim/journal.hpp"

namespace seawall::sim {

using base::TimePoint;

class Disk {
 public:
  explicit Disk(std::string node) : node_(std::move(node)) {}

  // Nothing where there is none; valid until the next commit.
  std::optional<std::string_view> find(std::string_view key) const;
  runtime::Rows scan(std::string_view prefix);
  // Whether a key that must be absent exists.
  bool conflicts(const runtime::Batch& batch) const;
  // Makes the batch durable at once and in one piece, its ledger rows in `journal`. `submitted` is
  // when the service wrote it.
  void commit(runtime::Batch& batch, TimePoint submitted, Journal& journal);

  std::uint64_t lsn() const { return lsn_; }

 private:
  struct Row {
    std::string_view key;
    char* value;
    std::uint32_t length;
    std::uint32_t room;  // for the value
    std::string_view view() const { return {value, length}; }
  };
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t row = 0;  // its number plus 1; 0: free
  };

  std::size_t place_of(std::string_view key, std::uint32_t hash) const;
  void put(std::string_view key, std::string_view value);
  char* room_for(std::size_t bytes);
  void grow();
  void sort_tail();

  std::string node_;
  std::vector<Row> rows_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> sorted_;  // numbers of the first rows, by key
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;  // in the last block
  char* free_ = nullptr;
  std::uint64_t lsn_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace seawall::sim
