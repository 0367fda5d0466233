#include "harness/record/record.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace seawall::record {
namespace {

// Rows are large, so their order is found on their positions and each row is moved once.
template <class Row, class Key>
void sort_by(std::vector<Row>& rows, Key key) {
  const auto before = [&](const Row& a, const Row& b) { return key(a) < key(b); };
  if (std::is_sorted(rows.begin(), rows.end(), before)) return;
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return before(rows[a], rows[b]); });
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const std::uint32_t position : order) sorted.push_back(std::move(rows[position]));
  rows = std::move(sorted);
}

}  // namespace

void Record::sort() {
  sort_by(ledger, [](const LedgerRow& row) { return std::tie(row.node, row.lsn); });
  sort_by(events, [](const Event& event) { return event.t; });
  for (std::uint64_t n = 0; Event & event : events) event.n = n++;
}

}  // namespace seawall::record
