#include "harness/record/record.hpp"

#include <algorithm>
#include <tuple>

namespace seawall::record {

void Record::sort() {
  std::stable_sort(ledger.begin(), ledger.end(), [](const LedgerRow& a, const LedgerRow& b) {
    return std::tie(a.node, a.lsn) < std::tie(b.node, b.lsn);
  });
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.t < b.t; });
  for (std::uint64_t n = 0; Event& event : events) event.n = n++;
}

}  // namespace seawall::record
