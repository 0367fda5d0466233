// Measures of services and of orders. An order belongs to the phase in which its client meant to
// send it, whenever its rows were written.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;
using Row = record::LedgerRow;
using Machine = Row::Machine;

class Intended {
 public:
  explicit Intended(const Focus& focus) : focus_(focus) {
    for (const Exchange* request : focus.observations.history())
      at_.try_emplace(request->index.subject, request->intended);
  }
  bool in_phase(const Row& row) const {
    const auto found = at_.find(row.subject);
    return contains(focus_.windows, found == at_.end() ? row.t : found->second);
  }

 private:
  const Focus& focus_;
  std::map<base::Subject, TimePoint> at_;
};

std::int64_t orders_that_went(const Focus& focus, Machine machine, std::string_view to) {
  const Intended intended(focus);
  std::set<std::string_view> orders;
  for (const Row& row : focus.record.ledger)
    if (row.machine == machine && row.to == to && intended.in_phase(row)) orders.insert(row.order);
  return static_cast<std::int64_t>(orders.size());
}

// How many orders were begun in the phase: what can be said of none of them is said of nothing.
std::int64_t orders_begun(const Focus& focus) {
  return orders_that_went(focus, Machine::order, "pending");
}

Outcome no_orders() {
  return Outcome::none(State::inconclusive, "no order was begun in this phase");
}

Outcome count_of_orders(const Focus& focus, std::int64_t count) {
  return count == 0 && orders_begun(focus) == 0 ? no_orders() : Outcome::of_count(count);
}

// What was seen, at some moment of the phase, of the nodes at which callers reach a service; empty:
// of all nodes.
template <class Each>
void for_each_sample(const Focus& focus, std::string_view service, Each each) {
  const auto nodes = focus.scenario.target.instances.nodes_of(service);
  for (const record::Sample& sample : focus.record.samples) {
    const bool meant =
        service.empty() || std::find(nodes.begin(), nodes.end(), sample.node) != nodes.end();
    if (meant && contains(focus.windows, sample.t)) each(sample);
  }
}

}  // namespace

Outcome in_flight(const Focus& focus, const model::Expression& measure) {
  const std::string& service = measure.children.at(0).name;
  std::int64_t most = -1;
  for_each_sample(focus, service,
                  [&](const record::Sample& sample) { most = std::max(most, sample.in_flight); });
  if (most < 0)
    return Outcome::none(State::inconclusive,
                         fmt::format("{} was never looked at in this phase", service));
  return Outcome::of_count(most);
}

Outcome oldest_in_flight(const Focus& focus, const model::Expression& measure) {
  const std::string service = measure.children.empty() ? "" : measure.children.front().name;
  Duration oldest{-1};
  for_each_sample(focus, service,
                  [&](const record::Sample& sample) { oldest = std::max(oldest, sample.oldest); });
  if (oldest < Duration{})
    return Outcome::none(State::inconclusive, "no service was looked at in this phase");
  return Outcome::of(model::Unit::time, seconds(oldest));
}

Outcome dead_letters(const Focus& focus, const model::Expression&) {
  return count_of_orders(focus, orders_that_went(focus, Machine::dead_letter, "open"));
}

Outcome compensations(const Focus& focus, const model::Expression&) {
  return count_of_orders(focus, orders_that_went(focus, Machine::order, "compensating"));
}

Outcome charges_per_order(const Focus& focus, const model::Expression&) {
  const Intended intended(focus);
  std::map<std::string_view, std::int64_t> captures;
  std::int64_t most = 0;
  for (const Row& row : focus.record.ledger)
    if (row.machine == Machine::charge && row.to == "captured" && intended.in_phase(row))
      most = std::max(most, ++captures[row.order]);
  return count_of_orders(focus, most);
}

Outcome convergence_time(const Focus& focus, const model::Expression&) {
  std::set<std::string_view> open;
  for (const Row& row : focus.record.ledger)
    if (row.machine == Machine::order && row.to == "pending") open.insert(row.order);
  if (open.empty()) return Outcome::none(State::inconclusive, "no order was begun");
  const TimePoint rest = std::max(focus.record.healed, focus.record.load_end);
  TimePoint last = rest;
  for (const Row& row : focus.record.ledger) {
    if (row.machine != Machine::saga || (row.to != "completed" && row.to != "compensated"))
      continue;
    open.erase(row.order);
    last = std::max(last, row.t);
  }
  if (!open.empty())
    return Outcome::none(State::failed,
                         fmt::format("{} orders never ended (order {})",
                                     base::grouped(std::int64_t(open.size())), *open.begin()));
  return Outcome::of(model::Unit::time, seconds(last - rest));
}

}  // namespace seawall::check
