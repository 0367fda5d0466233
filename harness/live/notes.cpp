#include "harness/live/notes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace seawall::live {

void EventBuffer::add(record::Event event) {
  if (events_.size() < most)
    events_.push_back(std::move(event));
  else
    ++dropped_;
}

void EventBuffer::move_to(record::Record& record) {
  std::move(events_.begin(), events_.end(), std::back_inserter(record.events));
  record.events_dropped += std::exchange(dropped_, 0);
  events_.clear();
}

void PatternSums::move_to(record::Record& record) {
  std::vector<record::PatternUse> sums;
  for (auto& [incarnation, uses] : latest_) {
    for (record::PatternUse& use : uses) {
      const auto same = std::find_if(sums.begin(), sums.end(), [&](const record::PatternUse& sum) {
        return sum.pattern == use.pattern && sum.where == use.where;
      });
      if (same == sums.end()) {
        sums.push_back(std::move(use));
        continue;
      }
      same->acted += use.acted;
      same->permits_taken += use.permits_taken;
      same->permits_returned += use.permits_returned;
      same->peak_in_flight = std::max(same->peak_in_flight, use.peak_in_flight);
    }
  }
  latest_.clear();
  std::move(sums.begin(), sums.end(), std::back_inserter(record.patterns));
}

void NotesInMemory::move_to(record::Record& record) {
  events_.move_to(record);
  std::move(samples_.begin(), samples_.end(), std::back_inserter(record.samples));
  samples_.clear();
  patterns_.move_to(record);
}

}  // namespace seawall::live
