// Where it goes what a node records: into memory, for a world that lives with its nodes, or into a
// file that outlives them (worlds/book.hpp). On the node's thread.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::live {

class Notes {
 public:
  virtual ~Notes() = default;
  virtual void add(record::Event event) = 0;
  virtual void add(record::Sample sample) = 0;
  // What the patterns of an incarnation (counted from 1) did so far: its last word counts.
  virtual void put(std::int64_t incarnation, std::vector<record::PatternUse> uses) = 0;
};

// The events of one node, bounded: what comes after the limit is counted and dropped.
class EventBuffer {
 public:
  void add(record::Event event);
  void move_to(record::Record& record);

 private:
  static constexpr std::size_t most = 1'000'000;
  std::vector<record::Event> events_;
  std::int64_t dropped_ = 0;
};

// The counters of patterns over all incarnations of a node.
class PatternSums {
 public:
  void put(std::int64_t incarnation, std::vector<record::PatternUse> uses) {
    latest_[incarnation] = std::move(uses);
  }
  // Appends one row for each pattern and place.
  void move_to(record::Record& record);

 private:
  std::map<std::int64_t, std::vector<record::PatternUse>> latest_;
};

class NotesInMemory final : public Notes {
 public:
  void add(record::Event event) override { events_.add(std::move(event)); }
  void add(record::Sample sample) override { samples_.push_back(std::move(sample)); }
  void put(std::int64_t incarnation, std::vector<record::PatternUse> uses) override {
    patterns_.put(incarnation, std::move(uses));
  }
  void move_to(record::Record& record);

 private:
  EventBuffer events_;
  std::vector<record::Sample> samples_;
  PatternSums patterns_;
};

}  // namespace seawall::live
