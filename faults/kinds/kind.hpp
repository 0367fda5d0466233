// A kind of fault: the words that a scenario may use for it, and what it does. Each kind is one
// file here and one line in kinds.cpp; nothing else in the project knows kinds by name.
//
//   fault of a scenario --find(type)--> Kind --> words: the reader checks the fault
//                                           \--> apply, node: the plan decides with it
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "faults/plan/plan.hpp"
#include "faults/plan/stream_fault.hpp"
#include "harness/model/vocabulary.hpp"

namespace seawall::kinds {

// What a kind does to the bytes of a connection. Where it does something to requests too, that is
// for HTTP, and this for all else.
struct Stream {
  void (*apply)(const model::Fault& fault, plan::StreamEffect& effect) = nullptr;
  model::Direction direction = model::Direction::response;  // where the fault says none
};

struct Kind {
  model::KindWords words;
  plan::Apply apply = nullptr;  // absent: it does nothing to requests
  plan::NodeEffect node = plan::NodeEffect::none;
  std::string_view example;  // a [[fault]] as a user would write it
  plan::Over over = plan::Over::any;
  Stream stream = {};  // absent: nothing
};

// The table of all kinds, and one of them by name; null where there is none of that name.
std::span<const Kind> all();
const Kind* find(std::string_view name);

// What the scenario reader needs to know.
std::vector<model::KindWords> words();

// The fault at `position` of the scenario, ready for the plan. `fault` outlives the result, and its
// type is one of the table's (the reader has seen to it).
plan::Armed arm(const model::Fault& fault, std::uint16_t position);

// All faults of a scenario, by position.
std::vector<plan::Armed> arm_all(std::span<const model::Fault> faults);

// What the fault does to streams, one for each direction; none where it does nothing to them, or
// where it chooses among requests, which no stream has.
std::vector<plan::StreamFault> stream_faults(const model::Fault& fault);

// The rows, for kinds.cpp.
Kind latency();
Kind loss();
Kind timeout();
Kind slicer();
Kind slow_close();
Kind limit_data();
Kind refuse_new();
Kind blackhole();
Kind refuse();
Kind reset_peer();
Kind http_abort();
Kind drop_request();
Kind drop_reply();
Kind late_request();
Kind duplicate_request();
Kind crash();
Kind pause();
Kind clock_jump();
Kind database_lock();
Kind disk_error();
Kind restart();
Kind partition();
Kind drip();
Kind bandwidth();
Kind truncate();
Kind corrupt();
Kind half_open();
Kind connect_hang();
Kind none();

}  // namespace seawall::kinds
