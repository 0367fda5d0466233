#include "harness/record/record.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace seawall::record {
namespace {

// Rows are large, so each is moved once, and none where all stand right.
template <class Row>
void arrange(std::vector<Row>& rows, const std::vector<std::uint32_t>& order) {
  if (std::ranges::is_sorted(order)) return;
  std::vector<Row> arranged;
  arranged.reserve(rows.size());
  for (const std::uint32_t position : order) arranged.push_back(std::move(rows[position]));
  rows = std::move(arranged);
}

}  // namespace

std::vector<std::uint32_t> in_order_of_logs(const std::vector<LedgerRow>& ledger) {
  struct Log {
    std::string_view node;
    std::vector<std::uint32_t> rows;
  };
  std::vector<Log> logs;  // of a handful of nodes
  for (std::uint32_t position = 0; position < ledger.size(); ++position) {
    const std::string_view node = ledger[position].node;
    auto log = std::ranges::find(logs, node, &Log::node);
    if (log == logs.end()) log = logs.insert(logs.end(), {node, {}});
    log->rows.push_back(position);
  }
  std::ranges::sort(logs, {}, &Log::node);
  std::vector<std::uint32_t> order;
  order.reserve(ledger.size());
  const auto lsn = [&](std::uint32_t position) { return ledger[position].lsn; };
  for (Log& log : logs) {
    if (!std::ranges::is_sorted(log.rows, {}, lsn)) std::ranges::stable_sort(log.rows, {}, lsn);
    order.insert(order.end(), log.rows.begin(), log.rows.end());
  }
  return order;
}

void Record::sort() {
  arrange(ledger, in_order_of_logs(ledger));
  if (!std::ranges::is_sorted(events, {}, &Event::t)) {
    std::vector<std::uint32_t> by_time(events.size());
    std::iota(by_time.begin(), by_time.end(), 0);
    std::ranges::stable_sort(by_time, {}, [&](std::uint32_t event) { return events[event].t; });
    arrange(events, by_time);
  }
  for (std::uint64_t n = 0; Event & event : events) event.n = n++;
}

}  // namespace seawall::record
