// Counts the requests of each (subject, link, operation, label), never reset: the `n` of the
// execution index. The four are given as one keyed hash of 64 bits; among a million of them two
// would share a counter with a probability below 10^-7.
//
// A hash table with open addressing: a run of a minute has a hundred thousand counters, each used
// once or twice.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace seawall::sim {

class CallCounter {
 public:
  // The count of this key, this one included.
  std::uint32_t next(std::uint64_t key) {
    if (key == 0) key = 1;  // 0 marks a free place
    if (2 * used_ >= places_.size()) grow();
    Place& place = find(key);
    if (place.key == 0) {
      place.key = key;
      ++used_;
    }
    return ++place.count;
  }

 private:
  struct Place {
    std::uint64_t key = 0;
    std::uint32_t count = 0;
  };

  Place& find(std::uint64_t key) {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = key & mask;
    while (places_[at].key != 0 && places_[at].key != key) at = (at + 1) & mask;
    return places_[at];
  }

  void grow() {
    std::vector<Place> old(places_.empty() ? 1024 : 2 * places_.size());
    std::swap(old, places_);
    for (const Place& place : old)
      if (place.key != 0) find(place.key) = place;
  }

  std::vector<Place> places_;
  std::size_t used_ = 0;
};

}  // namespace seawall::sim
