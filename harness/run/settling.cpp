#include "harness/run/settling.hpp"

#include <algorithm>

namespace seawall::run {

void Settling::add(const record::LedgerRow& row) {
  using Machine = record::LedgerRow::Machine;
  last_write_ = std::max(last_write_, row.t);
  if (row.machine == Machine::order && row.to == "pending") {
    open_.insert(row.order);
    leaders_.insert(row.node);
  }
  if (row.machine == Machine::saga && (row.to == "completed" || row.to == "compensated"))
    open_.erase(row.order);
}

base::Duration Settling::quiet_time() const {
  base::Duration longest{};
  for (const auto& [link, policy] : policy_.links)
    if (policy.timeout && (link.from == "*" || leaders_.contains(link.from)))
      longest = std::max(longest, policy.timeout->attempt);
  return 2 * longest;
}

bool Settling::settled(base::TimePoint now) const {
  return open_.empty() && now - last_write_ >= quiet_time();
}

}  // namespace seawall::run
