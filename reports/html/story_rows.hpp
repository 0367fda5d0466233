// What a record holds of one request, gathered and in the order of time: what a story is told from.
#pragma once
#include <string>
#include <vector>

#include "harness/record/record.hpp"

namespace seawall::reports {

struct StoryRows {
  // On links between services, by the time they reached them.
  std::vector<const record::Exchange*> calls;
  std::vector<const record::LedgerRow*> writes;
  std::vector<const record::Event*> events;
  const record::Exchange* client = nullptr;  // as its client saw it; null: not known

  std::size_t untold = 0;  // calls within its time that carry no trace; a dozen are in `calls`

  base::TimePoint start() const;
  base::TimePoint end() const;  // of the last that is known
};

// Of `subject`, and of the order of that id where it is not empty.
StoryRows story_rows(const record::Record& record, base::Subject subject, std::string_view order);

std::string words_of(const record::LedgerRow& row);   // "charge: captured 19.99"
std::string words_of(const record::Exchange& call);   // "POST /charge #2 at payment/3"
std::string answer_of(const record::Exchange& call);  // "201, told confirmed", "timed out"
std::string words_of(const record::Event& event);     // "retry: attempt 2"

// Of a call that a breaker refused: "open for 420 ms", as the events before it have it. Empty: of
// another event, or not known.
std::string breaker_state_at(const record::Record& record, const record::Event& refusal);

}  // namespace seawall::reports
