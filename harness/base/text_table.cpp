#include "harness/base/text_table.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace seawall::base {

namespace {

// Not the project's hash: it is slower, and no order follows from this one.
std::uint32_t hash_of(std::string_view key) {
  const std::size_t hash = std::hash<std::string_view>{}(key);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

constexpr std::size_t block = 1 << 14;

}  // namespace

std::size_t TextTable::place_of(std::string_view key, std::uint32_t hash) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash & mask;
  while (places_[at].row != 0 &&
         (places_[at].hash != hash || rows_[places_[at].row - 1].key != key))
    at = (at + 1) & mask;
  return at;
}

std::optional<std::string_view> TextTable::find(std::string_view key) const {
  if (places_.empty()) return std::nullopt;
  const Place& place = places_[place_of(key, hash_of(key))];
  if (place.row == 0) return std::nullopt;
  return rows_[place.row - 1].view();
}

void TextTable::put(std::string_view key, std::string_view value) {
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

char* TextTable::room_for(std::size_t bytes) {
  if (bytes > left_) {
    left_ = std::max(bytes, block);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    free_ = blocks_.back().get();
  }
  left_ -= bytes;
  return std::exchange(free_, free_ + bytes);
}

void TextTable::grow() {
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

}  // namespace seawall::base
