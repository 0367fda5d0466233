// A3 and A9: what is held and sold, and for how long it is held.
#include <map>

#include <fmt/format.h>

#include "harness/check/invariants.hpp"

namespace seawall::check {
namespace {

// The pieces of one SKU after a prefix of its node's log.
struct Stock {
  std::int64_t total = 0;  // initial and restocked
  std::int64_t held = 0;
  std::int64_t sold = 0;
  std::int64_t available() const { return total - held - sold; }
};

// Whether the row changes the pieces that are available or sold: refusals and tombstones do not.
bool moves_stock(const Row& row) {
  return row.machine == Machine::stock ||
         (row.machine == Machine::reservation &&
          (row.to == "held" || row.to == "sold" || row.to == "released"));
}

void apply(const Row& row, Stock& stock) {
  if (row.machine == Machine::stock) {
    stock.total += row.quantity;
    return;
  }
  if (row.from == "held") stock.held -= row.quantity;
  if (row.from == "sold") stock.sold -= row.quantity;
  if (row.to == "held") stock.held += row.quantity;
  if (row.to == "sold") stock.sold += row.quantity;
}

}  // namespace

void no_oversell(const Evidence& evidence, Tally& tally) {
  std::map<std::pair<std::string_view, std::string_view>, Stock> stocks;  // by node and SKU
  for (const Row* row : evidence.ledger()) {
    if (!moves_stock(*row)) continue;
    Stock& stock = stocks[{row->node, row->sku}];
    apply(*row, stock);
    if (row->machine == Machine::reservation) tally.judged();
    if (stock.available() < 0)
      tally.offend(row->order,
                   fmt::format("{} of {} held and {} sold at {}, but there are only {}", stock.held,
                               row->sku, stock.sold, place(*row), stock.total));
    else if (row->available_after != stock.available())
      tally.offend(row->order,
                   fmt::format("{} says that {} of {} are left, but it must be {}", place(*row),
                               row->available_after, row->sku, stock.available()));
  }
}

namespace {

// One line of an order: the reservation of one SKU.
struct Line {
  const Row* last = nullptr;
  const Row* at_end = nullptr;  // the state when the saga ended
};

std::map<std::string_view, Line> lines_of(const Order& order) {
  std::map<std::string_view, Line> lines;
  for (const Row* row : order.rows) {
    if (row->machine != Machine::reservation) continue;
    Line& line = lines[row->sku];
    line.last = row;
    if (order.terminal && row->t <= order.terminal->t) line.at_end = row;
  }
  return lines;
}

bool held(const Row* row) { return row && row->to == "held"; }

}  // namespace

void no_leaked_reservation(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    for (const Row* row : order.rows) {
      if (row->machine != Machine::reservation) continue;
      if (row->to == "held") tally.judged();
      if (row->to == "held" && order.terminal && order.terminal->t < row->t)
        tally.offend(order.id, fmt::format("{} {} reserved at {}, after the order had ended ({} "
                                           "at {})",
                                           row->quantity, row->sku, place(*row), order.terminal->to,
                                           place(*order.terminal)));
    }
    for (const auto& [sku, line] : lines_of(order)) {
      if (held(line.at_end))
        tally.offend(order.id, fmt::format("{} {} still held ({}) when the order ended ({} at {})",
                                           line.at_end->quantity, sku, place(*line.at_end),
                                           order.terminal->to, place(*order.terminal)));
      if (held(line.last) && !evidence.cut_short())
        tally.offend(order.id, fmt::format("{} {} still held at the end of the run ({})",
                                           line.last->quantity, sku, place(*line.last)));
    }
  }
}

}  // namespace seawall::check
