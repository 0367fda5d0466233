#include "harness/survey/calls.hpp"

#include <algorithm>
#include <map>

#include "harness/base/text.hpp"
#include "harness/model/services.hpp"

namespace seawall::survey {
namespace {

using record::Exchange;

struct Kind {
  base::Link link;
  xray::Operation operation;
  auto operator<=>(const Kind&) const = default;
};

// When each of the rows of one request came after it, by what they ask for.
using Seen = std::map<Kind, std::vector<Duration>>;

bool is_between_services(const Exchange& row) {
  return !row.link.is_inner() && row.link.from != model::client_name;
}

Seen seen_in(const record::Record& record, TimePoint from, TimePoint until) {
  Seen seen;
  for (const Exchange& row : record.exchanges)
    if (is_between_services(row) && row.sent >= from && row.sent < until)
      seen[{base::between_services(row.link), xray::operation_of(row)}];
  for (auto& [kind, times] : seen) {
    for (const Exchange& row : record.exchanges)
      if (row.sent >= from && row.sent < until && kind.link.covers(row.link) &&
          meets(kind.operation, row))
        times.push_back(row.sent - from);
    std::ranges::sort(times);
  }
  return seen;
}

// What both have, as often as both have it, and as soon as one of them has it.
Seen common(const Seen& one, const Seen& other) {
  Seen both;
  for (const auto& [kind, times] : one) {
    const auto found = other.find(kind);
    if (found == other.end()) continue;
    std::vector<Duration>& soonest = both[kind];
    for (std::size_t i = 0; i < std::min(times.size(), found->second.size()); ++i)
      soonest.push_back(std::min(times[i], found->second[i]));
  }
  return both;
}

}  // namespace

std::string to_text(const Call& call) {
  std::string text = base::to_text(call.link) + " " + xray::to_text(call.operation);
  if (call.ordinal > 1 || !call.is_last) text += " #" + std::to_string(call.ordinal);
  return text;
}

bool meets(const xray::Operation& operation, const Exchange& row) {
  const std::string_view path = row.path.view();
  return row.method == operation.method &&
         base::matches_glob(operation.path, path.substr(0, path.find('?')));
}

std::vector<Call> calls_between(const record::Record& record, const std::vector<TimePoint>& sent,
                                TimePoint end) {
  Seen all;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Seen one = seen_in(record, sent[i], i + 1 < sent.size() ? sent[i + 1] : end);
    all = i == 0 ? one : common(all, one);
  }
  std::vector<Call> calls;
  for (const auto& [kind, times] : all) {
    const std::int64_t count = std::ssize(times);
    for (std::int64_t ordinal = 1; ordinal <= count; ++ordinal) {
      if (ordinal > most_alike && ordinal < count) continue;
      const Duration after = times[static_cast<std::size_t>(ordinal - 1)];
      calls.push_back({kind.link, kind.operation, ordinal, ordinal == count, after});
    }
  }
  std::ranges::stable_sort(calls, {}, &Call::after);
  return calls;
}

}  // namespace seawall::survey
