#include "harness/live/store_parts.hpp"

namespace seawall::live {

std::optional<std::string> end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::nullopt;
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

void LedgerNumbers::number(std::string_view node, base::TimePoint submitted,
                           std::vector<record::LedgerRow>& rows) {
  if (rows.empty()) return;
  ++batch;
  for (record::LedgerRow& row : rows) {
    row.node = node;
    row.lsn = ++lsn;
    row.batch = batch;
    row.t = submitted;
  }
}

Store::Aim::Fate fate_of(const Store::Aim& aim, const runtime::Batch& batch) {
  if (!aim.decide || batch.write_class.empty()) return Store::Aim::Fate::pass;
  return aim.decide(batch);
}

}  // namespace seawall::live
