#include "harness/explore/ends.hpp"

#include <string_view>

#include <fmt/format.h>

#include "harness/base/counted.hpp"

namespace seawall::explore {

Ends ends_of_orders(const record::Record& record) {
  std::map<std::string_view, const record::LedgerRow*> last;
  for (const record::LedgerRow& row : record.ledger) {
    if (row.machine != record::LedgerRow::Machine::order) continue;
    const record::LedgerRow*& known = last[row.order];
    if (!known || known->t <= row.t) known = &row;
  }
  Ends ends;
  for (const auto& [order, row] : last) ++ends[row->to];
  return ends;
}

std::string unconfirmed(const Ends& ends, std::int64_t orders) {
  std::string text;
  for (const auto& [state, count] : ends) {
    if (state == "confirmed") continue;
    if (!text.empty()) text += "; ";
    text += orders == 1
                ? "the order"
                : fmt::format("{} of {} orders", base::grouped(count), base::grouped(orders));
    text += state == "failed" ? " failed" : fmt::format(" ended as {}", state);
  }
  return text;
}

bool is_none_confirmed(const Ends& ends) { return !ends.empty() && !ends.contains("confirmed"); }

std::string nothing_succeeded(const std::string& unconfirmed) {
  return fmt::format(
      "{} without any fault, so no fault met one that succeeds; expected a first POST request "
      "that is confirmed: `seawall run` of the same scenario without its faults shows why it is "
      "not",
      unconfirmed);
}

}  // namespace seawall::explore
