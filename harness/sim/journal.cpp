#include "harness/sim/journal.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <sys/mman.h>

namespace seawall::sim {

namespace {

template <class Row>
void append(std::vector<Row>& from, std::vector<Row>& to) {
  if (to.empty()) return std::swap(from, to);
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

}  // namespace

void Journal::use_large_pages(const void* data, std::size_t bytes) {
  constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
  const auto first = (reinterpret_cast<std::uintptr_t>(data) + page - 1) / page * page;
  const auto last = (reinterpret_cast<std::uintptr_t>(data) + bytes) / page * page;
  // A wish: where it is refused, everything works as before.
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

void Journal::add(const std::vector<record::PatternUse>& uses) {
  for (const record::PatternUse& use : uses) {
    const auto same = [&](const record::PatternUse& other) {
      return other.pattern == use.pattern && other.where == use.where;
    };
    const auto known = std::find_if(patterns_.begin(), patterns_.end(), same);
    if (known == patterns_.end()) {
      patterns_.push_back(use);
      continue;
    }
    known->acted += use.acted;
    known->permits_taken += use.permits_taken;
    known->permits_returned += use.permits_returned;
    known->peak_in_flight = std::max(known->peak_in_flight, use.peak_in_flight);
  }
}

void Journal::read_ledger(std::vector<record::LedgerRow>& rows) { append(ledger_, rows); }

void Journal::hand_over(record::Record& record) {
  append(exchanges_, record.exchanges);
  append(ledger_, record.ledger);
  append(events_, record.events);
  append(samples_, record.samples);
  append(patterns_, record.patterns);
  record.events_dropped += events_dropped_;
}

}  // namespace seawall::sim
