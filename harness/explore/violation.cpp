#include "harness/explore/violation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "reports/finding_text.hpp"

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

// What is right when an order has ended so. In the order in which states are told.
struct Ending {
  LedgerRow::Machine machine;
  std::string_view of_failed;  // states, with blanks between
  std::string_view of_confirmed;
};
using Machine = LedgerRow::Machine;
constexpr auto endings = std::to_array<Ending>({
    {Machine::order, "failed", "confirmed"},
    {Machine::charge, "refunded declined tombstone", "captured"},
    {Machine::reservation, "released refused tombstone", "sold"},
    {Machine::shipment, "", "created"},
    {Machine::saga, "compensated", "completed"},
    {Machine::dead_letter, "closed", "closed"},
});

bool has_word(std::string_view words, std::string_view word) {
  const auto all = base::split(words, ' ');
  return std::ranges::find(all, word) != all.end();
}

// "order failed, but charge captured": the last state of each machine, without those that are as
// such an end has them; all of them where none is otherwise. Of an order that the finding names.
std::string end_of(const record::Record& record, const record::Finding& broken) {
  const std::string order = broken.orders.empty() ? "" : broken.orders.front();
  std::map<Machine, std::string_view> last;
  for (const LedgerRow& row : record.ledger)
    if (order.empty() || row.order == order) last[row.machine] = row.to;
  if (last.empty()) return "no row at all";
  const std::string_view end = last.contains(Machine::order) ? last[Machine::order] : "";
  std::vector<std::string> wrong;
  std::vector<std::string> rest;
  for (const Ending& ending : endings) {
    const auto state = last.find(ending.machine);
    if (state == last.end() || ending.machine == Machine::order) continue;
    const bool is_right = has_word(end == "failed"      ? ending.of_failed
                                   : end == "confirmed" ? ending.of_confirmed
                                                        : "",
                                   state->second);
    std::string text(model::name_of(ending.machine));
    text.append(" ").append(state->second);
    (is_right ? rest : wrong).push_back(std::move(text));
  }
  const bool has_ended = end == "failed" || end == "confirmed";
  std::string text = end.empty() ? "no order" : "order " + std::string(end);
  if (has_ended && !wrong.empty()) return text + ", but " + base::join(wrong, ", ");
  for (const std::string& state : has_ended ? rest : wrong) text += ", " + state;
  return text;
}

const check::Invariant& invariant_of(const record::Finding& finding) {
  const auto& all = judging_invariants();
  const auto found = std::ranges::find(all, finding.id, &check::Invariant::id);
  base::require(found != all.end(), "what is broken is one of the invariants that judge");
  return **found;
}

}  // namespace

bool breaks(const Played& played, std::string_view invariant) {
  return std::ranges::any_of(played.broken, [&](const record::Finding& finding) {
    return reports::title_of(finding) == invariant;
  });
}

Violation violation_of(const model::Scenario& scenario, Plan plan, const Played& played) {
  base::require(!played.broken.empty(), "a violation breaks something");
  Violation violation;
  violation.plan = std::move(plan);
  for (const record::Finding& finding : played.broken)
    violation.broken.push_back(reports::title_of(finding));
  const record::Finding& first = played.broken.front();
  violation.why = first.why;
  if (std::ranges::find(by_prefix, first.id) != by_prefix.end())
    violation.culprit = first_offence(scenario, played.record, invariant_of(first));
  violation.by_write = !violation.culprit.empty();
  if (!violation.by_write) violation.culprit = end_of(played.record, first);
  return violation;
}

std::string late_write_words(const record::Record& record) {
  const LedgerRow* ended = nullptr;
  const LedgerRow* last = nullptr;
  for (const LedgerRow& row : record.ledger) {
    if (row.subject.kind != base::Subject::Kind::order) continue;
    if (last && row.subject != last->subject) return {};
    const bool is_end =
        row.machine == Machine::order && (row.to == "failed" || row.to == "confirmed");
    if (is_end) ended = &row;
    if (!last || row.t >= last->t) last = &row;
  }
  if (!ended || last->t <= ended->t) return {};
  const base::Duration after = last->t - ended->t;
  constexpr base::Duration notable = std::chrono::milliseconds(1);  // not of the same moment
  if (after < notable) return {};
  return fmt::format(" ({} wrote last, {:.2f} s after the order had {})", last->node,
                     std::chrono::duration<double>(after).count(),
                     ended->to == "failed" ? "failed" : "been confirmed");
}

}  // namespace seawall::explore
