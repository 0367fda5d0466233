#include "harness/check/evidence.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

namespace seawall::check {
namespace {

constexpr Money default_price{1999};

Money price_of(const model::Scenario& scenario, const std::string& sku) {
  const auto found = scenario.target.price.find(sku);
  return found == scenario.target.price.end() ? default_price : found->second;
}

bool is_terminal(const Row& row) { return row.to == "completed" || row.to == "compensated"; }

}  // namespace

std::string place(const Row& row) { return fmt::format("write {} of {}", row.lsn, row.node); }

Evidence::Evidence(const model::Scenario& scenario, const Record& record)
    : scenario_(scenario), record_(record), observations_(record) {
  sort_ledger();
  gather_orders();
}

void Evidence::sort_ledger() {
  ledger_.reserve(record_.ledger.size());
  for (const std::uint32_t position : record::in_order_of_logs(record_.ledger))
    ledger_.push_back(&record_.ledger[position]);
}

// A counting sort: rows keep their (node, lsn) order within their order.
void Evidence::gather_orders() {
  by_id_.reserve(ledger_.size() / 8);
  std::vector<std::size_t> counts;
  std::vector<std::size_t> owner(ledger_.size());
  for (std::size_t i = 0; i < ledger_.size(); ++i) {
    const Row& row = *ledger_[i];
    if (row.order.empty()) continue;
    const auto [found, fresh] = by_id_.try_emplace(row.order, counts.size());
    if (fresh) {
      counts.push_back(0);
      orders_.push_back({.id = row.order, .subject = row.subject});
    }
    owner[i] = found->second;
    ++counts[found->second];
  }
  std::vector<std::size_t> next(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), next.begin(), std::size_t{0});
  by_order_.resize(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
  for (std::size_t i = 0; i < orders_.size(); ++i)
    orders_[i].rows = {by_order_.data() + next[i], counts[i]};
  for (std::size_t i = 0; i < ledger_.size(); ++i)
    if (!ledger_[i]->order.empty()) by_order_[next[owner[i]]++] = ledger_[i];

  for (Order& order : orders_) summarize(order);
  std::sort(orders_.begin(), orders_.end(), [](const Order& a, const Order& b) {
    return std::tie(a.subject, a.id) < std::tie(b.subject, b.id);
  });
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    by_id_[orders_[i].id] = i;
    if (orders_[i].open()) ++open_sagas_;
    if (orders_[i].exists() && !orders_[i].pending->client_key.empty())
      by_client_key_.try_emplace(orders_[i].pending->client_key, i);
  }
}

void Evidence::summarize(Order& order) {
  for (const Row* row : order.rows) {
    switch (row->machine) {
      case Machine::order:
        if (row->to == "pending" && !order.pending) order.pending = row;
        order.last = row;
        break;
      case Machine::saga:
        order.last_saga = row;
        if (is_terminal(*row) && !order.terminal) order.terminal = row;
        break;
      case Machine::charge:
        if (row->to == "captured") order.captured += row->amount;
        if (row->to == "refunded") order.refunded += row->amount;
        break;
      default:
        break;
    }
  }
  if (!order.pending) return;
  order.subject = order.pending->subject;
  order.amount = price_of(scenario_, order.pending->sku) * order.pending->quantity;
}

const Order* Evidence::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &orders_[found->second];
}

const Order* Evidence::made_by(std::string_view client_key) const {
  const auto found = by_client_key_.find(client_key);
  return found == by_client_key_.end() ? nullptr : &orders_[found->second];
}

TimePoint Evidence::rest_from() const { return std::max(record_.healed, record_.load_end); }

bool Evidence::cut_short() const {
  return record_.interrupted && record_.settled == TimePoint{} &&
         record_.end - rest_from() < scenario_.run.settle;
}

TimePoint Evidence::watched_until() const {
  TimePoint last = std::max(record_.end, rest_from());
  for (const Row* row : ledger_) last = std::max(last, row->t);
  return last;
}

std::string Evidence::missing() const {
  std::map<std::string_view, std::uint64_t> reached;  // the last lsn of each node
  const Row* before = nullptr;
  for (const Row* row : ledger_) {
    const bool same_node = before && before->node == row->node;
    const std::uint64_t last = same_node ? before->lsn : 0;
    if (row->lsn != last + 1)
      return fmt::format("the ledger of {} goes from write {} to write {}", row->node, last,
                         row->lsn);
    if (before && !same_node) reached[before->node] = before->lsn;
    before = row;
  }
  if (before) reached[before->node] = before->lsn;
  for (const Exchange* reply : observations_.exchanges()) {
    if (reply->durable_lsn == 0) continue;
    const auto found = reached.find(reply->link.to);
    const std::uint64_t last = found == reached.end() ? 0 : found->second;
    if (reply->durable_lsn > last)
      return fmt::format(
          "a reply of {} ({}) says that write {} is durable, but its ledger ends at write {}",
          reply->link.to, reply->path, reply->durable_lsn, last);
  }
  return {};
}

}  // namespace seawall::check
