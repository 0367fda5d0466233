// Counts the requests of each (subject, link, operation, label), never reset: the `n` of the
// execution index. The four are given as one keyed hash of 64 bits; among a million of them two
// would share a counter with a probability below 10^-7.
//
// A hash table with open addressing: a run of a minute has a hundred thousand counters, each used
// once or twice. Those of one subject lie side by side, and those of the next one beside them, as
// they are used at about the same time: elsewhere each would be a miss of every cache.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "harness/base/index.hpp"

namespace seawall::sim {

class CallCounter {
 public:
  // The count of this key, this one included. `subject` is part of the key.
  std::uint32_t next(std::uint64_t key, base::Subject subject) {
    if (key == 0) key = 1;  // 0 marks a free place
    if (2 * used_ >= places_.size()) grow();
    // Any number of keys may be of no subject.
    const bool alone = subject.kind == base::Subject::Kind::none;
    const auto home = static_cast<std::uint32_t>(alone ? key : neighbours * subject.number);
    Place& place = find(key, home);
    if (place.key == 0) {
      place.key = key;
      place.home = home;
      ++used_;
    }
    return ++place.count;
  }

 private:
  struct Place {
    std::uint64_t key = 0;
    std::uint32_t home = 0;  // where the search for it begins
    std::uint32_t count = 0;
  };
  // A subject has fewer keys, as a rule; what finds no place among them goes anywhere.
  static constexpr std::uint64_t neighbours = 16;

  Place& find(std::uint64_t key, std::uint32_t home) {
    const std::size_t mask = places_.size() - 1;
    for (std::uint64_t i = 0; i < neighbours; ++i) {
      Place& place = places_[(home + (key + i) % neighbours) & mask];
      if (place.key == 0 || place.key == key) return place;
    }
    std::size_t at = key & mask;
    while (places_[at].key != 0 && places_[at].key != key) at = (at + 1) & mask;
    return places_[at];
  }

  void grow() {
    std::vector<Place> old(places_.empty() ? 1024 : 2 * places_.size());
    std::swap(old, places_);
    for (const Place& place : old)
      if (place.key != 0) find(place.key, place.home) = place;
  }

  std::vector<Place> places_;
  std::size_t used_ = 0;
};

}  // namespace seawall::sim
