// A run of one order as a space-time diagram in text: a column for each service, time goes down,
// an arrow for each message, a mark for each durable write.
//
//        ms  client  gateway    order  inventory  payment  shipping
//     10.00    o------->|         |        |         |        |      place-order #1
//     10.57    |        o-------->|        |         |        |      place-order #1
//     11.02    |        |         *        |         |        |      order pending
//     31.80    |        |         x- - - - - - - - - o        |      charge #1: reply lost
//
// A request that is held is drawn twice, when it was sent and when it arrives.
#pragma once
#include <string>
#include <vector>

#include "harness/model/fault.hpp"
#include "harness/record/record.hpp"

namespace seawall::explore {

// `record` is sorted; `faults` are those of its run, by position. At most `most` lines: what is
// left out in the middle is counted.
std::string story_of(const record::Record& record, const std::vector<const model::Fault*>& faults,
                     std::size_t most = 80);

}  // namespace seawall::explore
