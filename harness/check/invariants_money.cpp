// A1, A2 and B4: what was taken, given back, and what the books say.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/invariants.hpp"

namespace seawall::check {
namespace {

// One capture of an order, as far as it has been given back.
struct Capture {
  const Row* row = nullptr;
  Money refunded;
  bool whole() const { return refunded == row->amount; }
};

// Walks the captures and refunds of one order, row by row, and says what each row breaks.
class Charges {
 public:
  Charges(const Order& order, Tally& tally) : order_(order), tally_(tally) {}

  void capture(const Row& row) {
    for (const Capture& earlier : captures_) {
      if (!row.key.empty() && earlier.row->key == row.key)
        tally_.offend(order_.id, fmt::format("charged twice under key {}: {} and {}", row.key,
                                             place(*earlier.row), place(row)));
      else if (!earlier.whole())
        tally_.offend(order_.id,
                      fmt::format("charged again before the first charge was given back: {} (key "
                                  "{}) and {} (key {})",
                                  place(*earlier.row), earlier.row->key, place(row), row.key));
    }
    captures_.push_back({&row, {}});
    net_ += row.amount;
    check_net(row);
  }

  void refund(const Row& row) {
    const auto named = std::find_if(captures_.begin(), captures_.end(), [&](const Capture& c) {
      return c.row->key == charge_key(row);
    });
    if (named != captures_.end()) named->refunded += row.amount;
    net_ = net_ - row.amount;
    check_net(row);
  }

 private:
  void check_net(const Row& row) {
    if (net_ < Money{})
      tally_.offend(order_.id, fmt::format("{} more was given back than taken, at {}",
                                           base::to_text(Money{} - net_), place(row)));
    if (order_.exists() && order_.amount < net_)
      tally_.offend(order_.id,
                    fmt::format("{} was taken for an order of {}, at {}", base::to_text(net_),
                                base::to_text(order_.amount), place(row)));
  }

  const Order& order_;
  Tally& tally_;
  std::vector<Capture> captures_;
  Money net_;
};

}  // namespace

void no_double_charge(const Evidence& evidence, Tally& tally) {
  // A key is one charge whatever the order: keys of other orders count too.
  std::unordered_map<std::string_view, const Row*> first_of_key;
  for (const Order& order : evidence.orders()) {
    Charges charges(order, tally);
    for (const Row* row : order.rows) {
      if (row->machine != Machine::charge) continue;
      if (row->to == "captured") {
        tally.judged();
        charges.capture(*row);
        const auto [first, fresh] = first_of_key.try_emplace(row->key, row);
        if (!fresh && !row->key.empty() && first->second->order != row->order)
          tally.offend(
              order.id,
              fmt::format("charged under key {}, which had charged order {} already: {} "
                          "and {}",
                          row->key, first->second->order, place(*first->second), place(*row)));
      } else if (row->to == "refunded") {
        charges.refund(*row);
      }
    }
  }
}

void no_over_refund(const Evidence& evidence, Tally& tally) {
  for (const Order& order : evidence.orders()) {
    std::map<std::string_view, Capture> captures;
    for (const Row* row : order.rows) {
      if (row->machine != Machine::charge) continue;
      if (row->to == "captured") captures.try_emplace(row->key, Capture{row, {}});
      if (row->to != "refunded") continue;
      tally.judged();
      const auto named = captures.find(charge_key(*row));
      if (named == captures.end()) {
        tally.offend(order.id, fmt::format("{} gives back a charge (key {}) that was never made",
                                           place(*row), charge_key(*row)));
        continue;
      }
      Capture& capture = named->second;
      capture.refunded += row->amount;
      if (capture.row->amount < capture.refunded)
        tally.offend(order.id,
                     fmt::format("{} given back in all at {}, but {} took only {}",
                                 base::to_text(capture.refunded), place(*row), place(*capture.row),
                                 base::to_text(capture.row->amount)));
    }
  }
}

namespace {

struct Books {
  Money net;        // captures less refunds
  Money confirmed;  // amounts of the confirmed orders
  Money account;    // the merchant's, by its rows
  Money balance;    // and by its running balance
  struct Stock {
    std::int64_t initial = 0, sold = 0, ordered = 0;
  };
  std::map<std::string_view, Stock> stock;
};

Money balance_change(const Evidence& evidence) {
  std::map<std::string_view, std::pair<const Row*, const Row*>> ends;  // by node: first and last
  for (const Row* row : evidence.ledger()) {
    if (row->machine != Machine::account) continue;
    auto& [first, last] = ends.try_emplace(row->node, row, row).first->second;
    last = row;
  }
  Money change;
  for (const auto& [node, rows] : ends) {
    const Money before = Money{rows.first->balance_after} - rows.first->amount;
    change += Money{rows.second->balance_after} - before;
  }
  return change;
}

Books close_books(const Evidence& evidence) {
  Books books;
  for (const Row* row : evidence.ledger()) {
    if (row->machine == Machine::account) books.account += row->amount;
    if (row->machine == Machine::stock) books.stock[row->sku].initial += row->quantity;
    if (row->machine == Machine::reservation && row->to == "sold")
      books.stock[row->sku].sold += row->quantity;
  }
  books.balance = balance_change(evidence);
  for (const Order& order : evidence.orders()) {
    books.net += order.net();
    if (order.state() != "confirmed" || !order.exists()) continue;
    books.confirmed += order.amount;
    books.stock[order.pending->sku].ordered += order.pending->quantity;
  }
  return books;
}

// The orders whose money does not fit what became of them; whether there are any.
bool name_unbalanced(const Evidence& evidence, Tally& tally) {
  bool any = false;
  for (const Order& order : evidence.orders()) {
    const Money due = order.state() == "confirmed" ? order.amount : Money{};
    if (order.net() == due) continue;
    any = true;
    tally.offend(order.id,
                 fmt::format("it is {}, so {} should have been kept, but {} was", order.state(),
                             base::to_text(due), base::to_text(order.net())));
  }
  return any;
}

}  // namespace

void conservation(const Evidence& evidence, Tally& tally) {
  if (evidence.open_sagas() > 0 || evidence.record().settled == TimePoint{})
    return tally.not_judged(
        "The books can only be closed when everything has come to rest, and it has not");
  for (const Order& order : evidence.orders()) tally.judged(order.exists() ? 1 : 0);

  const Books books = close_books(evidence);
  tally.value(fmt::format("{} kept of customers' money", base::to_text(books.net)));
  if (books.net != books.confirmed) {
    tally.limit(fmt::format("{}, as confirmed", base::to_text(books.confirmed)));
    std::string total = fmt::format("{} was kept in all, but the confirmed orders come to {}",
                                    base::to_text(books.net), base::to_text(books.confirmed));
    if (name_unbalanced(evidence, tally))
      tally.remark(std::move(total));  // the sum of those is no offence of its own
    else
      tally.offend("", total);
  }
  if (books.net != books.account || books.net != books.balance)
    tally.offend("", fmt::format("{} was kept, but the merchant's account has {} by its entries "
                                 "and {} by its balance",
                                 base::to_text(books.net), base::to_text(books.account),
                                 base::to_text(books.balance)));
  for (const auto& [sku, stock] : books.stock)
    if (stock.sold != stock.ordered)
      tally.offend("", fmt::format("{} pieces of {} were sold, but confirmed orders want {}",
                                   stock.sold, sku, stock.ordered));
}

}  // namespace seawall::check
