#include "harness/sim/disk.hpp"

#include <algorithm>
#include <utility>

namespace seawall::sim {

namespace {

constexpr std::size_t longest_tail = 512;

}  // namespace

void Disk::sort_tail() {
  const auto by_key = [&](std::uint32_t a, std::uint32_t b) { return rows_.key(a) < rows_.key(b); };
  const auto known = static_cast<std::ptrdiff_t>(sorted_.size());
  for (auto row = static_cast<std::uint32_t>(known); row < rows_.size(); ++row)
    sorted_.push_back(row);
  std::sort(sorted_.begin() + known, sorted_.end(), by_key);
  std::inplace_merge(sorted_.begin(), sorted_.begin() + known, sorted_.end(), by_key);
}

runtime::Rows Disk::scan(std::string_view prefix) {
  if (rows_.size() - sorted_.size() > longest_tail) sort_tail();
  runtime::Rows found;
  const auto take = [&](std::size_t row) { found.emplace_back(rows_.key(row), rows_.value(row)); };
  auto at = std::lower_bound(
      sorted_.begin(), sorted_.end(), prefix,
      [&](std::uint32_t row, std::string_view key) { return rows_.key(row) < key; });
  for (; at != sorted_.end() && rows_.key(*at).starts_with(prefix); ++at) take(*at);
  const auto from_sorted = static_cast<std::ptrdiff_t>(found.size());
  for (std::size_t row = sorted_.size(); row < rows_.size(); ++row)
    if (rows_.key(row).starts_with(prefix)) take(row);
  std::sort(found.begin() + from_sorted, found.end());
  std::inplace_merge(found.begin(), found.begin() + from_sorted, found.end());
  return found;
}

bool Disk::conflicts(const runtime::Batch& batch) const {
  return std::any_of(batch.absent.begin(), batch.absent.end(),
                     [&](const std::string& key) { return find(key).has_value(); });
}

void Disk::commit(runtime::Batch& batch, TimePoint submitted, Journal& journal) {
  for (const auto& [key, value] : batch.rows) rows_.put(key, value);
  if (batch.ledger.empty()) return;
  ++batches_;
  for (record::LedgerRow& row : batch.ledger) {
    row.node = node_;
    row.lsn = ++lsn_;
    row.batch = batches_;
    row.t = submitted;
    journal.commit(std::move(row));
  }
}

}  // namespace seawall::sim
