// Answers to reads, kept by key with the time at which they came: what a cache gives again while
// they are fresh, and a fallback when there is nothing better. Pure, and bounded: the oldest answer
// goes first.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/base/units.hpp"

namespace seawall::resilience {

class KeptReads {
 public:
  // `most` is positive.
  explicit KeptReads(std::size_t most) : most_(most) {}

  struct Kept {
    std::string body;
    base::TimePoint at{};
  };

  void put(base::TimePoint now, std::string_view key, std::string body);
  // Nothing where there is none, or only one older than `most_age`. Until the next put().
  const Kept* find(base::TimePoint now, std::string_view key, base::Duration most_age) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Kept kept;
    std::uint64_t turn = 0;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  std::size_t most_;
  std::uint64_t turns_ = 0;
  Entries entries_;
  std::map<std::uint64_t, Entries::const_iterator> by_turn_;  // oldest first
};

}  // namespace seawall::resilience
