#include "reports/call_facts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/link.hpp"

namespace seawall::reports {
namespace {

// When a fault at this position lets go of what it would hold until `wanted`.
base::TimePoint let_go(base::TimePoint wanted, base::TimePoint from, std::uint16_t position,
                       const record::Record& record) {
  if (position >= record.faults.size()) return wanted;
  const base::TimePoint healed = record.faults[position].healed;
  return healed > from && healed < wanted ? healed : wanted;
}

}  // namespace

Deliveries deliveries_of(const record::Exchange& call,
                         const std::vector<const model::Fault*>& faults,
                         const record::Record& record) {
  Deliveries found;
  const model::Fault* copied_by = nullptr;
  std::uint16_t copied_at = 0;
  base::TimePoint first = call.sent;
  for (const std::uint16_t position : call.faults) {
    const model::Fault* fault = position < faults.size() ? faults[position] : nullptr;
    if (!fault) continue;
    if (fault->type == "late_request") {
      found.held_by = fault;
      first = std::max(first, let_go(call.sent + fault->delay, call.sent, position, record));
      found.held_for = first - call.sent;
    } else if (fault->type == "duplicate_request") {
      copied_by = fault;
      copied_at = position;
    }
  }
  if (found.held_by && call.copies > 0) found.late = first;
  if (copied_by && call.copies > 1)
    found.again = let_go(first + copied_by->gap, first, copied_at, record);
  return found;
}

bool wrote_nothing(const record::Exchange& call,
                   const std::vector<const record::LedgerRow*>& writes) {
  using enum model::Method;
  const bool is_success = call.status >= 200 && call.status < 300;
  const bool is_read = call.method == get || call.method == head || call.method == options;
  if (!is_success || is_read || call.copies == 0) return false;
  const std::string_view callee = base::service_of(call.link.to);
  bool writes_at_all = false;
  for (const record::LedgerRow* row : writes) {
    if (row->subject != call.index.subject || base::service_of(row->node) != callee) continue;
    writes_at_all = true;
    const bool is_meanwhile = row->t >= call.sent && row->t <= call.ended;
    const bool is_same = !call.key.empty() && row->key == call.key && row->t <= call.ended;
    if (is_meanwhile || is_same) return false;
  }
  return writes_at_all;
}

std::string wrote_nothing_words(const record::Exchange& call) {
  return fmt::format("{} answered {} #{} with {} and wrote nothing", base::service_of(call.link.to),
                     call.index.operation, call.index.n, call.status);
}

}  // namespace seawall::reports
