#include "faults/http/journal.hpp"

#include <algorithm>
#include <utility>

#include "faults/http/text.hpp"
#include "harness/base/text.hpp"

namespace seawall::http {

namespace {

template <std::size_t most>
std::uint8_t copy(std::array<char, most>& into, std::string_view text) {
  static_assert(most < 256);
  return static_cast<std::uint8_t>(text.copy(into.data(), most));
}

bool selects(const Query& query, const Journal::Entry& entry) {
  if (!query.method.empty() && query.method != entry.method_text()) return false;
  if (!query.path.empty()) {
    const bool whole = query.path.find('?') != query.path.npos;
    const std::string_view target = entry.target_text();
    if (!base::matches_glob(query.path, whole ? target : without_query(target))) return false;
  }
  if (query.status && *query.status != entry.status) return false;
  if (query.since && entry.ended < *query.since) return false;
  if (query.fault.empty()) return true;
  return std::any_of(entry.faults.begin(), entry.faults.end(), [&](std::uint16_t position) {
    return entry.names->at(position) == query.fault;
  });
}

}  // namespace

std::optional<model::Method> method_named(std::string_view text) {
  const auto& names = model::enum_names<model::Method>;
  const auto at = std::find(names.begin(), names.end(), text);
  if (at == names.end()) return std::nullopt;
  return static_cast<model::Method>(at - names.begin());
}

void Journal::Entry::set_method(std::string_view text) { method_size = copy(method, text); }
void Journal::Entry::set_target(std::string_view text) { target_size = copy(target, text); }

Journal::Journal(base::Link link, std::size_t workers, std::size_t capacity)
    : link_(std::move(link)), each_((capacity + workers - 1) / workers) {
  for (std::size_t i = 0; i < workers; ++i) rings_.push_back(std::make_unique<Ring>());
}

void Journal::write(std::size_t worker, Entry&& entry) {
  Ring& ring = *rings_.at(worker);
  const std::lock_guard lock(ring.mutex);
  ++ring.written;
  if (ring.entries.size() < each_) {
    ring.entries.push_back(std::move(entry));
  } else if (each_ > 0) {
    ring.entries[ring.next] = std::move(entry);
    ring.next = ring.next + 1 == each_ ? 0 : ring.next + 1;
  }
}

std::vector<Row> Journal::select(const Query& query) const {
  std::vector<Entry> found;
  const auto is_older = [](const Entry& a, const Entry& b) { return a.ended < b.ended; };
  for (const auto& ring : rings_) {
    const std::size_t before = found.size();
    const std::lock_guard lock(ring->mutex);
    const std::size_t size = ring->entries.size();
    for (std::size_t i = 0; i < size && found.size() - before < query.most; ++i) {
      // From the newest backwards.
      const Entry& entry = ring->entries[(ring->next + size - 1 - i) % size];
      if (selects(query, entry)) found.push_back(entry);
    }
    std::reverse(found.begin() + static_cast<std::ptrdiff_t>(before), found.end());
  }
  std::stable_sort(found.begin(), found.end(), is_older);
  if (found.size() > query.most)
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(query.most));
  std::vector<Row> rows;
  rows.reserve(found.size());
  for (const Entry& entry : found) rows.push_back(row_of(entry));
  return rows;
}

std::uint64_t Journal::written() const {
  std::uint64_t sum = 0;
  for (const auto& ring : rings_) {
    const std::lock_guard lock(ring->mutex);
    sum += ring->written;
  }
  return sum;
}

Row Journal::row_of(const Entry& entry) const {
  Row row;
  row.method = entry.method_text();
  row.target = entry.target_text();
  row.connection = entry.connection;
  row.note = entry.note;
  row.of_connection = entry.of_connection;
  record::Exchange& exchange = row.exchange;
  exchange.link = link_;
  exchange.index = entry.index;
  if (exchange.index.operation.empty() && !entry.of_connection)
    exchange.index.operation = row.method + " " + std::string(without_query(row.target));
  exchange.method = method_named(row.method).value_or(model::Method::get);
  exchange.path = row.target;
  exchange.sent = entry.sent;
  exchange.ended = entry.ended;
  exchange.status = entry.status;
  exchange.failure = entry.failure;
  exchange.copies = entry.copies;
  exchange.bytes_out = entry.bytes_out;
  exchange.bytes_in = entry.bytes_in;
  exchange.faults = entry.faults;
  for (const std::uint16_t position : entry.faults) row.faults.push_back(entry.names->at(position));
  return row;
}

}  // namespace seawall::http
