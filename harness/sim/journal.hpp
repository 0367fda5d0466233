// What the simulated world has recorded so far. The rows of the links stand in the order in which
// requests reached them, whenever they ended; those of the ledger in the order of their commits.
//
// Most of the memory of a run is here, so it is handed over without a copy, and room for a minute
// of load is asked for at once: pages that are never touched cost nothing.
#pragma once
#include <cstdint>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::sim {

class Journal {
 public:
  explicit Journal(bool is_brief = false) {
    exchanges_.reserve(is_brief ? brief_room : first_room);
    ledger_.reserve(is_brief ? brief_room : first_room);
    if (is_brief) events_.reserve(brief_room);
  }

  // The number of a new row.
  std::uint32_t open_exchange() {
    if (exchanges_.size() == many) use_large_pages(exchanges_.data(), exchanges_.capacity());
    exchanges_.emplace_back();
    return static_cast<std::uint32_t>(exchanges_.size() - 1);
  }
  record::Exchange& exchange(std::uint32_t row) { return exchanges_[row]; }

  void commit(record::LedgerRow&& row) {
    if (ledger_.size() == many) use_large_pages(ledger_.data(), ledger_.capacity());
    ledger_.push_back(std::move(row));
  }
  // Appends the ledger rows that no earlier call has given.
  void read_ledger(std::vector<record::LedgerRow>& rows);

  void emit(record::Event&& event) {
    if (events_.size() == most_events) {
      ++events_dropped_;
      return;
    }
    event.n = events_.size();
    events_.push_back(std::move(event));
  }
  void sample(record::Sample sample) { samples_.push_back(std::move(sample)); }
  // Adds what the patterns of one incarnation did.
  void add(const std::vector<record::PatternUse>& uses);

  // Appends everything to `record`, in the order in which it came.
  void hand_over(record::Record& record);

 private:
  static constexpr std::size_t most_events = 2'000'000;
  static constexpr std::size_t first_room = 1 << 18;
  static constexpr std::size_t brief_room = 1 << 8;
  // From so many rows on more are to be expected. Then the system is asked for large pages, as a
  // fault for each small one costs more than filling it.
  static constexpr std::size_t many = 1 << 13;

  static void use_large_pages(const void* data, std::size_t bytes);
  template <class Row>
  static void use_large_pages(const Row* rows, std::size_t capacity) {
    use_large_pages(static_cast<const void*>(rows), capacity * sizeof(Row));
  }

  std::vector<record::Exchange> exchanges_;
  std::vector<record::LedgerRow> ledger_;
  std::vector<record::Event> events_;
  std::vector<record::Sample> samples_;
  std::vector<record::PatternUse> patterns_;
  std::int64_t events_dropped_ = 0;
};

}  // namespace seawall::sim
