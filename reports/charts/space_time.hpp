// A space-time diagram (Lamport): a lane for each service, time going down, an arrow for each
// message, a cross where a fault acted, a mark at each durable write, and the moment at which an
// invariant broke.
//
//              order              payment
//     0 ms       |--- POST /charge -->|
//     2 ms       |                    # charge: captured 19.99
//     9 ms       |<-------- 200 --X   |      charge-reply-lost
//
// Steps are a row each, however short or long the time between them: what matters is their order.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::charts {

struct SpaceTimeStep {
  enum class Kind : std::uint8_t {
    call,    // from a lane to another
    reply,   // the same, dashed
    write,   // became durable, on the lane `from`
    note,    // something else that happened on it
    broken,  // an invariant, across all lanes
  };
  Kind kind = Kind::note;
  base::Duration at{};  // since the first step
  std::size_t from = 0;
  std::size_t to = 0;  // call, reply
  std::string text;
  std::string fault;          // that acted on the message; empty: none
  bool is_lost = false;       // the message did not arrive; of a note: a fault did it
  bool is_held = false;       // of what is lost: it arrives with a later step
  bool is_offending = false;  // it is a part of what went wrong
};

struct SpaceTime {
  std::string label;
  std::vector<std::string> lanes;
  std::vector<SpaceTimeStep> steps;  // by time
};

std::string svg_of(const SpaceTime& diagram);
// The same in words, a step a line: for a screen that is too narrow for lanes.
std::string list_of(const SpaceTime& diagram);

}  // namespace seawall::charts
