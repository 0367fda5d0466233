// A4, A8, B1, B2, B5 and B7: what an order may do, and where it must end.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/invariants.hpp"

namespace seawall::check {
namespace {

struct Transition {
  Machine machine;
  std::string_view from, to;
  std::string_view cause = {};  // required, where it is not empty
};

// All that is legal. A repeat that changes nothing writes no row, so it needs none here.
constexpr auto legal = std::to_array<Transition>({
    {Machine::order, "-", "pending"},
    {Machine::order, "pending", "reserved"},
    {Machine::order, "pending", "compensating"},
    {Machine::order, "pending", "failed"},
    {Machine::order, "reserved", "charged"},
    {Machine::order, "reserved", "compensating"},
    {Machine::order, "charged", "confirmed"},
    {Machine::order, "charged", "compensating", "commit-refused"},
    {Machine::order, "compensating", "failed"},
    {Machine::reservation, "-", "held"},
    {Machine::reservation, "-", "refused"},
    {Machine::reservation, "-", "tombstone"},
    {Machine::reservation, "held", "sold"},
    {Machine::reservation, "held", "released"},
    {Machine::reservation, "refused", "tombstone"},
    {Machine::charge, "-", "captured"},
    {Machine::charge, "-", "declined"},
    {Machine::charge, "-", "tombstone"},
    {Machine::charge, "captured", "refunded"},
    {Machine::charge, "declined", "tombstone"},
    {Machine::shipment, "-", "created"},
});

bool is_legal(const Row& row) {
  return std::any_of(legal.begin(), legal.end(), [&](const Transition& step) {
    return step.machine == row.machine && step.from == row.from && step.to == row.to &&
           (step.cause.empty() || step.cause == row.cause);
  });
}

bool has_transitions(Machine machine) {
  return machine == Machine::order || machine == Machine::reservation ||
         machine == Machine::charge || machine == Machine::shipment;
}

// Which machine of the order a row is about: each line is one of its own. An order has one charge,
// whatever the keys of the requests that moved it.
std::pair<Machine, std::string_view> instance(const Row& row) {
  if (row.machine == Machine::reservation) return {row.machine, row.sku};
  return {row.machine, {}};
}

// The last row of each machine of an order. An order has a handful: a list is faster than a map.
class States {
 public:
  // The last row before this one of the machine that it is about. A reservation without a SKU (a
  // tombstone of what had never come) stands for every line that has no row of its own.
  const Row* before(const Row& row) const {
    const auto [machine, line] = instance(row);
    const Row* of_order = nullptr;
    for (const auto& [known, last] : last_) {
      if (known == std::pair(machine, line)) return last;
      if (known.first == machine && known.second.empty()) of_order = last;
    }
    return of_order;
  }
  const Row*& operator[](std::pair<Machine, std::string_view> key) {
    for (auto& [known, row] : last_)
      if (known == key) return row;
    return last_.emplace_back(key, nullptr).second;
  }
  void clear() { last_.clear(); }
  auto begin() const { return last_.begin(); }
  auto end() const { return last_.end(); }

 private:
  std::vector<std::pair<std::pair<Machine, std::string_view>, const Row*>> last_;
};

States final_states(const Order& order) {
  States states;
  for (const Row* row : order.rows)
    if (has_transitions(row->machine)) states[instance(*row)] = row;
  return states;
}

std::string step_text(const Row& row) {
  const std::string from = row.from == "-" ? "" : fmt::format(" from {}", row.from);
  return fmt::format("{} became {}{}{}{} ({})", model::name_of(row.machine), row.to, from,
                     row.cause.empty() ? "" : ", cause ", row.cause, place(row));
}

}  // namespace

void legal_transitions(const Evidence& evidence, Tally& tally) {
  States states;
  for (const Order& order : evidence.orders()) {
    states.clear();
    for (const Row* row : order.rows) {
      if (!has_transitions(row->machine)) continue;
      tally.judged();
      const Row* last = states.before(*row);
      const std::string_view before = last ? std::string_view(last->to) : "-";
      if (!is_legal(*row))
        tally.offend(order.id, fmt::format("{}, a step that does not exist", step_text(*row)));
      else if (row->from != before)
        tally.offend(order.id, last ? fmt::format("{}, but it was {} already ({})", step_text(*row),
                                                  before, place(*last))
                                    : fmt::format("{}, but nothing had begun it", step_text(*row)));
      states[instance(*row)] = row;
    }
  }
}

void ship_once(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    const Row* first = nullptr;
    for (const Row* row : order.rows) {
      if (row->machine != Machine::shipment || row->to != "created") continue;
      tally.judged();
      if (first)
        tally.offend(order.id, fmt::format("shipped twice: {} ({}) and {} ({})", first->shipment,
                                           place(*first), row->shipment, place(*row)));
      else
        first = row;
    }
  }
}

void every_saga_settled(const Evidence& evidence, Tally& tally) {
  if (evidence.cut_short())
    return tally.not_judged("The run was broken off before its orders could come to an end");
  for (const Order& order : evidence.orders()) {
    if (!order.began()) continue;
    tally.judged();
    if (!order.open()) continue;
    const Row& last = order.last_saga ? *order.last_saga : *order.pending;
    tally.offend(order.id,
                 fmt::format("never ended: it is {}, and the last step of its saga is {} ({})",
                             order.state(), last.to, place(last)));
  }
  tally.value(fmt::format("{} open", base::grouped(evidence.open_sagas())));
}

namespace {

// What an order left at the other services.
struct Remains {
  std::vector<const Row*> sold, held, shipped;
};

Remains remains_of(const Order& order) {
  Remains remains;
  for (const Row* row : order.rows) {
    if (row->machine == Machine::reservation && row->to == "sold") remains.sold.push_back(row);
    if (row->machine == Machine::shipment) remains.shipped.push_back(row);
  }
  for (const auto& [machine, row] : final_states(order))
    if (machine.first == Machine::reservation && row->to == "held") remains.held.push_back(row);
  return remains;
}

// What is wrong with an order that ended confirmed; empty: nothing.
std::string flaw_of_confirmed(const Order& order, const Remains& remains) {
  if (!order.exists()) return "its saga was completed, but there is no order row";
  const Row& made = *order.pending;
  if (order.net() != order.amount)
    return fmt::format("confirmed, but {} was kept of it instead of {}", base::to_text(order.net()),
                       base::to_text(order.amount));
  if (remains.sold.size() != 1)
    return fmt::format("confirmed, but its {} {} were sold {} times", made.quantity, made.sku,
                       remains.sold.size());
  const Row& sold = *remains.sold.front();
  if (sold.sku != made.sku || sold.quantity != made.quantity)
    return fmt::format("{} {} ordered ({}), but {} {} sold ({})", made.quantity, made.sku,
                       place(made), sold.quantity, sold.sku, place(sold));
  if (remains.shipped.size() != 1)
    return fmt::format("confirmed and ended, but shipped {} times", remains.shipped.size());
  return {};
}

std::string flaw_of_failed(const Order& order, const Remains& remains) {
  if (order.net() != Money{})
    return fmt::format("failed, but {} of the customer's money was kept",
                       base::to_text(order.net()));
  if (!remains.held.empty())
    return fmt::format("failed, but {} {} still held ({})", remains.held.front()->quantity,
                       remains.held.front()->sku, place(*remains.held.front()));
  if (!remains.sold.empty())
    return fmt::format("failed, but {} {} sold ({})", remains.sold.front()->quantity,
                       remains.sold.front()->sku, place(*remains.sold.front()));
  if (!remains.shipped.empty())
    return fmt::format("failed, but shipped ({})", place(*remains.shipped.front()));
  return {};
}

std::string flaw_of_ended(const Order& order) {
  const bool completed = order.terminal->to == "completed";
  const std::string_view due = completed ? "confirmed" : "failed";
  if (order.state() != due)
    return fmt::format("its saga ended as {} ({}), but the order is {}", order.terminal->to,
                       place(*order.terminal), order.state());
  const Remains remains = remains_of(order);
  return completed ? flaw_of_confirmed(order, remains) : flaw_of_failed(order, remains);
}

}  // namespace

void all_or_nothing(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    if (!order.terminal) continue;
    tally.judged();
    const std::string flaw = flaw_of_ended(order);
    if (!flaw.empty()) tally.offend(order.id, flaw);
  }
}

void no_orphans(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    tally.judged();
    if (order.exists()) continue;
    for (const auto& [machine, row] : final_states(order)) {
      if (machine.first == Machine::order) continue;  // A4 sees those
      const bool undone = row->to == "tombstone" || row->to == "refused" || row->to == "declined" ||
                          row->to == "refunded" || row->to == "released";
      if (!undone)
        tally.offend(order.id, fmt::format("{} by {}, but no such order was ever made", row->to,
                                           place(*row)));
    }
    if (order.net() != Money{})
      tally.offend(order.id, fmt::format("{} was kept, but no such order was ever made",
                                         base::to_text(order.net())));
  }
}

void forward_after_pivot(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    const Row* charged = nullptr;
    const Row* turned_back = nullptr;  // the first row that leaves the way forward after it
    bool expired = false;              // inventory let the hold go by itself
    for (const Row* row : order.rows) {
      if (row->machine == Machine::reservation && row->to == "released" &&
          row->cause.view().find("expire") != std::string_view::npos)
        expired = true;
      if (row->machine != Machine::order) continue;
      if (row->to == "charged") charged = row;
      if (charged && !turned_back && (row->to == "compensating" || row->to == "failed"))
        turned_back = row;
    }
    if (!charged) continue;
    tally.judged();
    if (order.state() != "failed" || !turned_back) continue;
    if (turned_back->cause != "commit-refused")
      tally.offend(order.id, fmt::format("charged ({}), then failed for another cause than a "
                                         "refused commit: '{}' ({})",
                                         place(*charged), turned_back->cause, place(*turned_back)));
    else if (!expired)
      tally.offend(order.id, fmt::format("charged ({}), then failed because the commit was refused "
                                         "({}), but its hold had never expired",
                                         place(*charged), place(*turned_back)));
  }
}

}  // namespace seawall::check
