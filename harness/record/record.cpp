#include "harness/record/record.hpp"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

namespace seawall::record {
namespace {

// Rows are large, so their order is found on their keys and each row is moved once.
template <class Row, class KeyOf>
void sort_by(std::vector<Row>& rows, KeyOf key_of) {
  using Key = std::decay_t<decltype(key_of(rows.front()))>;
  std::vector<std::pair<Key, std::uint32_t>> order;
  order.reserve(rows.size());
  for (const Row& row : rows)
    order.emplace_back(key_of(row), static_cast<std::uint32_t>(order.size()));
  if (std::ranges::is_sorted(order)) return;
  std::ranges::sort(order);  // as the positions tell equal keys apart, a stable one
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const auto& [key, position] : order) sorted.push_back(std::move(rows[position]));
  rows = std::move(sorted);
}

// The nodes of a ledger, few and mostly met again at once, numbered in the order of their names.
class NodeNumbers {
 public:
  explicit NodeNumbers(const std::vector<LedgerRow>& rows) {
    for (const LedgerRow& row : rows)
      if (names_.empty() || (names_.back() != row.node && !known(row.node)))
        names_.push_back(row.node);
    std::ranges::sort(names_);
  }
  std::size_t of(std::string_view node) const {
    return static_cast<std::size_t>(std::ranges::find(names_, node) - names_.begin());
  }

 private:
  bool known(std::string_view node) const {
    return std::ranges::find(names_, node) != names_.end();
  }
  std::vector<std::string_view> names_;
};

}  // namespace

void Record::sort() {
  const NodeNumbers nodes(ledger);
  sort_by(ledger, [&](const LedgerRow& row) { return std::pair(nodes.of(row.node), row.lsn); });
  sort_by(events, [](const Event& event) { return event.t; });
  for (std::uint64_t n = 0; Event & event : events) event.n = n++;
}

}  // namespace seawall::record
