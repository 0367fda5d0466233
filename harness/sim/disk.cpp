#include "harness/sim/disk.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace seawall::sim {

namespace {

// Not the project's hash: it is slower, and no order follows from this one.
std::uint32_t hash_of(std::string_view key) {
  const std::size_t hash = std::hash<std::string_view>{}(key);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

constexpr std::size_t longest_tail = 512;
constexpr std::size_t block = 1 << 14;

}  // namespace

std::size_t Disk::place_of(std::string_view key, std::uint32_t hash) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash & mask;
  while (places_[at].row != 0 &&
         (places_[at].hash != hash || rows_[places_[at].row - 1].key != key))
    at = (at + 1) & mask;
  return at;
}

std::optional<std::string_view> Disk::find(std::string_view key) const {
  if (places_.empty()) return std::nullopt;
  const Place& place = places_[place_of(key, hash_of(key))];
  if (place.row == 0) return std::nullopt;
  return rows_[place.row - 1].view();
}

void Disk::put(std::string_view key, std::string_view value) {
  if (2 * rows_.size() >= places_.size()) grow();
  const std::uint32_t hash = hash_of(key);
  Place& place = places_[place_of(key, hash)];
  if (place.row == 0) {
    char* const name = room_for(key.size());
    std::copy(key.begin(), key.end(), name);
    rows_.push_back({{name, key.size()}, nullptr, 0, 0});
    place = {hash, static_cast<std::uint32_t>(rows_.size())};
  }
  Row& row = rows_[place.row - 1];
  if (value.size() > row.room) {
    // Twice the room, so that a value which grows and grows leaves little behind.
    row.room = std::max(static_cast<std::uint32_t>(value.size()), 2 * row.room);
    row.value = room_for(row.room);
  }
  std::copy(value.begin(), value.end(), row.value);
  row.length = static_cast<std::uint32_t>(value.size());
}

char* Disk::room_for(std::size_t bytes) {
  if (bytes > left_) {
    left_ = std::max(bytes, block);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    free_ = blocks_.back().get();
  }
  left_ -= bytes;
  return std::exchange(free_, free_ + bytes);
}

void Disk::grow() {
  std::vector<Place> old(places_.empty() ? 64 : 2 * places_.size());
  std::swap(old, places_);
  const std::size_t mask = places_.size() - 1;
  for (const Place& place : old) {
    if (place.row == 0) continue;
    std::size_t at = place.hash & mask;
    while (places_[at].row != 0) at = (at + 1) & mask;
    places_[at] = place;
  }
}

void Disk::sort_tail() {
  const auto by_key = [&](std::uint32_t a, std::uint32_t b) { return rows_[a].key < rows_[b].key; };
  const auto known = static_cast<std::ptrdiff_t>(sorted_.size());
  for (auto row = static_cast<std::uint32_t>(known); row < rows_.size(); ++row)
    sorted_.push_back(row);
  std::sort(sorted_.begin() + known, sorted_.end(), by_key);
  std::inplace_merge(sorted_.begin(), sorted_.begin() + known, sorted_.end(), by_key);
}

runtime::Rows Disk::scan(std::string_view prefix) {
  if (rows_.size() - sorted_.size() > longest_tail) sort_tail();
  runtime::Rows found;
  const auto take = [&](const Row& row) { found.emplace_back(row.key, row.view()); };
  auto at = std::lower_bound(
      sorted_.begin(), sorted_.end(), prefix,
      [&](std::uint32_t row, std::string_view key) { return rows_[row].key < key; });
  for (; at != sorted_.end() && rows_[*at].key.starts_with(prefix); ++at) take(rows_[*at]);
  const auto from_sorted = static_cast<std::ptrdiff_t>(found.size());
  for (std::size_t row = sorted_.size(); row < rows_.size(); ++row)
    if (rows_[row].key.starts_with(prefix)) take(rows_[row]);
  std::sort(found.begin() + from_sorted, found.end());
  std::inplace_merge(found.begin(), found.begin() + from_sorted, found.end());
  return found;
}

bool Disk::conflicts(const runtime::Batch& batch) const {
  return std::any_of(batch.absent.begin(), batch.absent.end(),
                     [&](const std::string& key) { return find(key).has_value(); });
}

void Disk::commit(runtime::Batch& batch, TimePoint submitted, Journal& journal) {
  for (const auto& [key, value] : batch.rows) put(key, value);
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
