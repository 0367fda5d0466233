// What a service keeps by id or key: values of one type under texts. It only grows, and values stay
// where they are. A hash table with open addressing over numbered rows, so that a search touches
// little memory and a new row costs no allocation of its own.
//
//   TextMap<Payment> payments;
//   payments["4711"].amount = ...;      made where there is none
//   payments.find("4712");              null where there is none
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/short_text.hpp"

namespace seawall::base {

template <class Value>
class TextMap {
 public:
  const Value* find(std::string_view key) const {
    if (places_.empty()) return nullptr;
    const Place& place = places_[place_of(key, hash_of(key))];
    return place.row == 0 ? nullptr : &rows_[place.row - 1].value;
  }
  Value* find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }
  Value& operator[](std::string_view key) {
    if (2 * rows_.size() >= places_.size()) grow();
    const std::uint32_t hash = hash_of(key);
    Place& place = places_[place_of(key, hash)];
    if (place.row != 0) return rows_[place.row - 1].value;
    rows_.emplace_back(key);
    place = {hash, static_cast<std::uint32_t>(rows_.size())};
    return rows_.back().value;
  }

 private:
  struct Row {
    explicit Row(std::string_view k) : key(k), value() {}
    ShortText key;
    Value value;
  };
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t row = 0;  // its number plus 1; 0: free
  };

  // Not the project's hash: it is slower, and no order follows from this one.
  static std::uint32_t hash_of(std::string_view key) {
    const std::size_t hash = std::hash<std::string_view>{}(key);
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
  }
  std::size_t place_of(std::string_view key, std::uint32_t hash) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = hash & mask;
    while (places_[at].row != 0 &&
           (places_[at].hash != hash || rows_[places_[at].row - 1].key != key))
      at = (at + 1) & mask;
    return at;
  }
  void grow() {
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

  std::deque<Row> rows_;
  std::vector<Place> places_;
};

}  // namespace seawall::base
