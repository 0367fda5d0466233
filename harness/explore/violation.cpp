#include "harness/explore/violation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "harness/base/assert.hpp"

namespace seawall::explore {
namespace {

using record::LedgerRow;

// Those that every prefix of the ledger alone can be judged by.
constexpr auto by_prefix = std::to_array<std::string_view>({"A1", "A2", "A3", "A4", "A7", "A8"});

std::string told(const LedgerRow& row) {
  return std::string(row.node) + ": " + std::string(model::name_of(row.machine)) + " becomes " +
         std::string(row.to);
}

// The first row with which the invariant does not hold any more, by the time of the writes; nothing
// where it holds until the end of them. What a prefix has broken no later row mends, so it is
// looked for by halves.
std::string first_offence(const model::Scenario& scenario, const record::Record& record,
                          const check::Invariant& invariant) {
  std::vector<LedgerRow> rows = record.ledger;
  std::ranges::sort(rows, [](const LedgerRow& a, const LedgerRow& b) {
    return std::tie(a.t, a.node, a.lsn) < std::tie(b.t, b.node, b.lsn);
  });
  const auto is_broken_by = [&](std::size_t count) {
    record::Record part;
    part.ledger.assign(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count));
    const check::Evidence evidence(scenario, part);
    return check::judge(invariant, evidence).status == record::Finding::Status::broken;
  };
  if (!is_broken_by(rows.size())) return {};
  std::size_t held = 0;  // this prefix holds
  std::size_t broken = rows.size();
  while (broken - held > 1) {
    const std::size_t middle = held + (broken - held) / 2;
    (is_broken_by(middle) ? broken : held) = middle;
  }
  return told(rows[broken - 1]);
}

// "charge captured, order failed, reservation released": the last state of each machine.
std::string end_of(const record::Record& record) {
  std::map<std::string_view, std::string_view> last;
  for (const LedgerRow& row : record.ledger)
    if (row.machine != LedgerRow::Machine::stock && row.machine != LedgerRow::Machine::account)
      last[model::name_of(row.machine)] = row.to;
  std::string text;
  for (const auto& [machine, state] : last) {
    if (!text.empty()) text += ", ";
    text.append(machine).append(" ").append(state);
  }
  return text.empty() ? "no row at all" : text;
}

const check::Invariant& invariant_of(const record::Finding& finding) {
  const auto& all = judging_invariants();
  const auto found = std::ranges::find(all, finding.id, &check::Invariant::id);
  base::require(found != all.end(), "what is broken is one of the invariants that judge");
  return **found;
}

}  // namespace

Violation violation_of(const model::Scenario& scenario, Plan plan, const Played& played) {
  base::require(!played.broken.empty(), "a violation breaks something");
  Violation violation;
  violation.plan = std::move(plan);
  for (const record::Finding& finding : played.broken)
    violation.broken.push_back(finding.id + " " + finding.name);
  const record::Finding& first = played.broken.front();
  violation.why = first.why;
  if (std::ranges::find(by_prefix, first.id) != by_prefix.end())
    violation.culprit = first_offence(scenario, played.record, invariant_of(first));
  violation.by_write = !violation.culprit.empty();
  if (!violation.by_write) violation.culprit = end_of(played.record);
  return violation;
}

}  // namespace seawall::explore
