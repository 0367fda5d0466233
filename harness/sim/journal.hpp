// What the simulated world has recorded so far. The rows of the links stand in the order in which
// requests reached them, whenever they ended.
#pragma once
#include <deque>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::sim {

class Journal {
 public:
  // Its address is good until hand_over().
  record::Exchange& open_exchange() { return exchanges_.emplace_back(); }

  void emit(record::Event event) {
    if (events_.size() < most_events)
      events_.push_back(std::move(event));
    else
      ++events_dropped_;
  }
  void sample(record::Sample sample) { samples_.push_back(std::move(sample)); }
  // Adds what the patterns of one incarnation did.
  void add(const std::vector<record::PatternUse>& uses);

  // Appends everything to `record`, in the order in which it came.
  void hand_over(record::Record& record);

 private:
  static constexpr std::size_t most_events = 2'000'000;

  std::deque<record::Exchange> exchanges_;
  std::vector<record::Event> events_;
  std::vector<record::Sample> samples_;
  std::vector<record::PatternUse> patterns_;
  std::int64_t events_dropped_ = 0;
};

}  // namespace seawall::sim
