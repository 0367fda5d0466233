#include "targets/resilience/kept_reads.hpp"

#include <planted.hpp>

namespace seawall::resilience {

void KeptReads::put(base::TimePoint now, std::string_view key, std::string body) {
  auto entry = entries_.find(key);
  if (entry != entries_.end()) {
    by_turn_.erase(entry->second.turn);
  } else {
    if (entries_.size() >= most_) {
      entries_.erase(by_turn_.begin()->second);
      by_turn_.erase(by_turn_.begin());
    }
    entry = entries_.emplace(std::string(key), Entry{}).first;
  }
  entry->second.kept = Kept{std::move(body), now};
  entry->second.turn = ++turns_;
  by_turn_.emplace(turns_, entry);
}

const KeptReads::Kept* KeptReads::find(base::TimePoint now, std::string_view key,
                                       base::Duration most_age) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return nullptr;
  const bool too_old = now - entry->second.kept.at > most_age;
  if (too_old && !planted(Bug::stale_without_limit)) return nullptr;
  return &entry->second.kept;
}

}  // namespace seawall::resilience
