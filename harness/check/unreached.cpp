#include "harness/check/unreached.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"

namespace seawall::check {
namespace {

using record::Exchange;

// As faults are aimed: "any" means no request of the warm-up, and none that belongs to no request.
bool is_of(const model::Point& point, const base::Subject& subject) {
  using Kind = base::Subject::Kind;
  if (point.any_subject) return subject.kind != Kind::none && subject.kind != Kind::warmup;
  return subject == point.subject;
}

// "There is no order 9: 1 was sent".
std::string no_subject(const model::Point& point, const record::Record& record) {
  std::uint64_t sent = 0;  // they are numbered from 1 on
  for (const Exchange& row : record.exchanges)
    if (row.index.subject.kind == point.subject.kind)
      sent = std::max(sent, row.index.subject.number);
  if (point.any_subject || point.subject.number <= sent) return {};
  return fmt::format("There is no {}: {} {} sent", base::to_text(point.subject),
                     base::grouped(static_cast<std::int64_t>(sent)), sent == 1 ? "was" : "were");
}

// Places are counted for each subject by itself.
std::string whose(const model::Point& point) {
  return point.any_subject ? "any of them" : base::to_text(point.subject);
}
std::string at_most(const model::Point& point) { return point.any_subject ? "at most " : ""; }

std::string too_few_calls(const model::Point& point, const record::Record& record) {
  std::uint32_t most = 0;
  for (const Exchange& row : record.exchanges)
    if (row.observer == Exchange::Observer::link && is_of(point, row.index.subject) &&
        base::between_services(row.link) == base::between_services(point.link) &&
        row.index.operation == point.operation &&
        (point.label.empty() || row.index.label == point.label))
      most = std::max(most, row.index.n);
  if (most >= point.first) return {};
  return fmt::format("{} had {}{} for {}, and #{} was never made", point.operation, at_most(point),
                     base::counted(most, "attempt"), whose(point), point.first);
}

// Rows that became durable together are one write.
std::string writes_made(const model::Point& point, const record::Record& record) {
  std::map<base::Subject, std::set<std::pair<std::string, std::uint64_t>>> writes;
  std::vector<std::string> states;
  for (const record::LedgerRow& row : record.ledger) {
    if (base::service_of(row.node) != base::service_of(point.link.from) ||
        !is_of(point, row.subject))
      continue;
    writes[row.subject].emplace(std::string(row.node), row.batch);
    const std::string state =
        base::concat({model::name_of(row.machine), " ", std::string_view(row.to)});
    if (std::ranges::find(states, state) == states.end()) states.push_back(state);
  }
  if (writes.empty()) return fmt::format("{} wrote nothing for {}", point.link.from, whose(point));
  std::size_t most = 0;
  for (const auto& [subject, made] : writes) most = std::max(most, made.size());
  return fmt::format("Of {}, {} made {}{}: {}", whose(point), point.link.from, at_most(point),
                     base::counted(most, "durable write"), base::join(states, ", "));
}

}  // namespace

std::string why_unreached(const model::Point& point, const record::Record& record) {
  if (std::string text = no_subject(point, record); !text.empty()) return text;
  return point.durable_write ? writes_made(point, record) : too_few_calls(point, record);
}

}  // namespace seawall::check
