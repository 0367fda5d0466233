// What the rows of a record say of one call only when they are taken together: when its callee got
// what a fault had held or sent twice, and whether the callee wrote anything. Told the same by the
// diagram in text and by the page.
//
//   sent ------- held by late_request ------> arrives late     its caller may have left meanwhile
//   sent --> arrives -- gap --> arrives again
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/model/fault.hpp"
#include "harness/record/record.hpp"

namespace seawall::reports {

struct Deliveries {
  const model::Fault* held_by = nullptr;  // a late_request; null: it was on its way at once
  base::Duration held_for{};
  std::optional<base::TimePoint> late;   // when it was let go; nothing: it never arrived
  std::optional<base::TimePoint> again;  // when its copy was; nothing: there was none that arrived
};

// `faults` are those of the run, by position; the unknown are null. A fault that heals lets go of
// what it holds.
Deliveries deliveries_of(const record::Exchange& call,
                         const std::vector<const model::Fault*>& faults,
                         const record::Record& record);

// Whether it was answered as a success and nothing became durable for it, neither while it was
// under way nor, under its key, before: mostly no more than what it asked for, and sometimes what
// is wrong. Nothing is said of reads, and of callees that never write. `writes` are those of its
// order.
bool wrote_nothing(const record::Exchange& call,
                   const std::vector<const record::LedgerRow*>& writes);

// "payment answered refund #1 with 200 and wrote nothing".
std::string wrote_nothing_words(const record::Exchange& call);

}  // namespace seawall::reports
