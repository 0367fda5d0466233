// A5, A6, A7 and B3: keys, and what replies told.
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/invariants.hpp"

namespace seawall::check {
namespace {

using Told = model::Told;

constexpr std::string_view order_service = "order";

bool told_of_order(const Exchange& exchange) {
  const Told::Kind kind = exchange.told.kind;
  return kind == Told::Kind::confirmed || kind == Told::Kind::accepted ||
         kind == Told::Kind::refused;
}

// "POST /orders of order 3".
std::string request_text(const Exchange& exchange) {
  return fmt::format("{} {} of {}", model::name_of(exchange.method), exchange.path,
                     base::to_text(exchange.index.subject));
}

// The first row of the order that makes this reply true, or nothing where none ever did.
const Row* row_that_backs(const Order& order, const Told& told) {
  for (const Row* row : order.rows) {
    if (row->machine != Machine::order) continue;
    switch (told.kind) {
      case Told::Kind::confirmed:
        if (row->to == "confirmed") return row;
        break;
      case Told::Kind::refused:
        if (row->to == "compensating" || row->to == "failed") return row;
        break;
      case Told::Kind::accepted:
        if (row->to == "pending") return row;
        break;
      default:  // a read: the very state that it tells
        if (row->to == told.state) return row;
    }
  }
  return nullptr;
}

bool tells_state(const Exchange& reply) {
  if (reply.told.degraded || reply.told.order.empty()) return false;
  return told_of_order(reply) ||
         (reply.told.kind == Told::Kind::other && !reply.told.state.empty());
}

std::string_view told_state(const Told& told) {
  return told.kind == Told::Kind::other ? std::string_view(told.state) : model::name_of(told.kind);
}

}  // namespace

// Judged where the reply left the service that keeps the orders, because its log position is the
// one that the reply carries. What was lost behind it on the way is no lie.
void told_only_durable(const Evidence& evidence, Tally& tally) {
  for (const Exchange* reply : evidence.observations().exchanges()) {
    if (reply->link.to != order_service || !tells_state(*reply)) continue;
    tally.judged();
    const Told& told = reply->told;
    const Order* order = evidence.find(told.order);
    const Row* backing = order ? row_that_backs(*order, told) : nullptr;
    if (!backing)
      tally.offend(told.order, fmt::format("told as {} to {}, but no such row ever became durable",
                                           told_state(told), request_text(*reply)));
    else if (reply->durable_lsn < backing->lsn)
      tally.offend(
          told.order,
          fmt::format("told as {} to {} when write {} was the last durable one, but its row is {}",
                      told_state(told), request_text(*reply), reply->durable_lsn, place(*backing)));
  }
}

namespace {

// A tombstone is written under the key of what it keeps out, by a request of another body; it is no
// effect.
bool is_effect(const Row& row) { return row.payload_hash != 0 && row.to != "tombstone"; }

std::string_view effect_key(const Row& row) {
  return row.key.empty() ? std::string_view(row.client_key) : std::string_view(row.key);
}

// The first of each place (a node, a link) under one key; mostly there is one.
template <class Item>
struct Firsts {
  // The first of `item`'s place; `item` itself where it is that.
  template <class Same>
  const Item* first(const Item& item, Same same) {
    if (!one) return one = &item;
    if (same(*one, item)) return one;
    for (const Item* other : others)
      if (same(*other, item)) return other;
    return others.emplace_back(&item);
  }
  const Item* one = nullptr;
  std::vector<const Item*> others;
};

void judge_effects(const Evidence& evidence, Tally& tally) {
  std::unordered_map<std::string_view, Firsts<Row>> by_key;
  by_key.reserve(evidence.ledger().size() / 2);
  for (const Row* row : evidence.ledger()) {
    const std::string_view key = effect_key(*row);
    if (key.empty() || !is_effect(*row)) continue;
    tally.judged();
    const Row* first =
        by_key[key].first(*row, [](const Row& a, const Row& b) { return a.node == b.node; });
    if (first->payload_hash != row->payload_hash)
      tally.offend(row->order, fmt::format("two different requests had an effect under key {}: {} "
                                           "and {}",
                                           key, place(*first), place(*row)));
  }
}

// Among requests that came to one place under one key, those that were served share one body.
void judge_answers(std::span<const Exchange* const> exchanges, Tally& tally) {
  std::unordered_map<std::string_view, Firsts<Exchange>> by_key;
  for (const Exchange* exchange : exchanges) {
    if (exchange->key.empty() || exchange->payload_hash == 0 || !told_of_order(*exchange)) continue;
    tally.judged();
    const Exchange* first = by_key[exchange->key].first(
        *exchange, [](const Exchange& a, const Exchange& b) { return a.link == b.link; });
    if (first->payload_hash != exchange->payload_hash)
      tally.offend(
          exchange->told.order,
          fmt::format("key {} came to {} with another body ({}), which was not refused but "
                      "answered {}, as its first request had been",
                      exchange->key, exchange->link.to, request_text(*exchange), exchange->status));
  }
}

}  // namespace

void key_integrity(const Evidence& evidence, Tally& tally) {
  judge_effects(evidence, tally);
  judge_answers(evidence.observations().exchanges(), tally);
  judge_answers(evidence.observations().history(), tally);
}

namespace {

// Where an order came from, so that two orders of one client's request are seen although the
// service that made them has forgotten the key.
class Origins {
 public:
  explicit Origins(const Evidence& evidence) {
    for (const Exchange* request : evidence.observations().history())
      if (!request->key.empty() && request->method == model::Method::post)
        key_of_.try_emplace(request->index.subject, request->key);
  }
  std::string_view client_key(const Order& order) const {
    if (!order.pending->client_key.empty()) return order.pending->client_key;
    const auto found = key_of_.find(order.subject);
    const bool of_load = order.subject.kind != base::Subject::Kind::none;
    return of_load && found != key_of_.end() ? found->second : std::string_view{};
  }

 private:
  std::map<base::Subject, std::string_view> key_of_;
};

}  // namespace

void one_order_per_request(const Evidence& evidence, Tally& tally) {
  const Origins origins(evidence);
  std::unordered_map<std::string_view, const Order*> first_of_key;
  for (const Order& order : evidence.orders()) {
    if (!order.exists()) continue;
    const std::string_view key = origins.client_key(order);
    if (key.empty()) continue;
    tally.judged();
    const auto [first, fresh] = first_of_key.try_emplace(key, &order);
    if (!fresh)
      tally.offend(order.id, fmt::format("made for client key {}, which had made order {} already: "
                                         "{} and {}",
                                         key, first->second->id, place(*first->second->pending),
                                         place(*order.pending)));
  }
  // A reply may name an order that no row knows, or one of another key.
  std::unordered_map<std::string_view, const Exchange*> first_told;
  for (const Exchange* reply : evidence.observations().history()) {
    if (reply->key.empty() || reply->told.order.empty() || !told_of_order(*reply)) continue;
    const auto [first, fresh] = first_told.try_emplace(reply->key, reply);
    if (!fresh && first->second->told.order != reply->told.order)
      tally.offend(reply->told.order,
                   fmt::format("told to client key {}, which had been told order {}", reply->key,
                               first->second->told.order));
  }
}

namespace {

// A client's request, of which at least one copy was not told what became of it.
struct Request {
  std::int64_t arrived = 0;         // copies that came to the shop
  std::int64_t turned_away = 0;     // of them, told that they started nothing
  bool known = false;               // another copy was told "confirmed"
  std::set<std::uint64_t> effects;  // hashes of the bodies that had an effect
};

class ClientTruth {
 public:
  ClientTruth(const Evidence& evidence, Tally& tally) : evidence_(evidence), tally_(tally) {
    find_doubtful();
    for (const Exchange* request : evidence.observations().history())
      if (Request* doubtful = doubtful_request(*request)) {
        ++doubtful->arrived;
        if (request->told.kind == Told::Kind::unaccepted) ++doubtful->turned_away;
        if (request->told.kind == Told::Kind::confirmed) doubtful->known = true;
      }
    // Copies that a fault made never show in the client's history. Any link that carries the
    // client's key may have made them, not the client's own alone.
    for (const Exchange* request : evidence.observations().exchanges())
      if (request->copies > 1)
        if (Request* doubtful = doubtful_request(*request))
          doubtful->arrived += request->copies - 1;
    for (const Row* row : evidence.ledger())
      if (row->machine == Machine::key || row->machine == Machine::order) note_effect(*row);
  }

  void judge(const Exchange& reply) {
    const std::string flaw = flaw_of(reply);
    if (flaw.empty()) return;
    const Order* made = evidence_.made_by(reply.key);
    const bool names_none = reply.told.order.empty() && made;
    tally_.offend(names_none ? made->id : std::string_view(reply.told.order), flaw);
  }
  std::int64_t ghosts() const { return static_cast<std::int64_t>(ghosts_.size()); }

 private:
  // Most requests were told their outcome; only the others need to be looked at more closely.
  void find_doubtful() {
    for (const Exchange* request : evidence_.observations().history())
      if (!request->key.empty() && request->method == model::Method::post &&
          !told_of_order(*request))
        doubtful_.try_emplace(request->key);
  }

  Request* doubtful_request(const Exchange& request) {
    if (doubtful_.empty() || request.method != model::Method::post) return nullptr;
    const auto found = doubtful_.find(request.key);
    return found == doubtful_.end() ? nullptr : &found->second;
  }

  void note_effect(const Row& row) {
    if (doubtful_.empty()) return;
    const auto found = doubtful_.find(row.client_key.empty() ? row.key : row.client_key);
    if (found != doubtful_.end()) found->second.effects.insert(row.payload_hash);
  }

  std::string flaw_of(const Exchange& reply) {
    switch (reply.told.kind) {
      case Told::Kind::confirmed:
      case Told::Kind::accepted:
      case Told::Kind::refused:
        return flaw_of_outcome(reply);
      case Told::Kind::rejected:
        tally_.judged();
        return flaw_of_rejected(reply);
      case Told::Kind::unaccepted:
        tally_.judged();
        return flaw_of_unaccepted(reply);
      case Told::Kind::other:
        return flaw_of_read(reply);
      default:
        note_unknown(reply);
        return {};
    }
  }

  std::string flaw_of_outcome(const Exchange& reply) {
    tally_.judged();
    if (const std::string flaw = flaw_of_identity(reply); !flaw.empty()) return flaw;
    const Order* order = evidence_.find(reply.told.order);
    const bool exists = order && order->exists();
    const std::string_view state = exists ? order->state() : std::string_view("absent");
    if (reply.told.kind == Told::Kind::confirmed && state != "confirmed")
      return fmt::format("the client was told that it is confirmed ({}), but it is {}",
                         request_text(reply), state);
    if (reply.told.kind == Told::Kind::accepted && !exists)
      return fmt::format("the client was told that it is accepted ({}), but it does not exist",
                         request_text(reply));
    const bool judged_open = !(exists && order->open() && evidence_.cut_short());
    if (reply.told.kind == Told::Kind::refused && exists && state != "failed" && judged_open)
      return fmt::format("the client was told that it failed ({}), but it is {}",
                         request_text(reply), state);
    return {};
  }

  std::string flaw_of_read(const Exchange& reply) {
    if (reply.told.order.empty()) return {};
    tally_.judged();
    return flaw_of_identity(reply);
  }

  // Whether the order that a reply names is the one that was asked for.
  std::string flaw_of_identity(const Exchange& reply) const {
    constexpr std::string_view reads = "/orders/";
    if (reply.method == model::Method::get) {
      if (!reply.path.view().starts_with(reads)) return {};
      std::string_view asked = std::string_view(reply.path).substr(reads.size());
      asked = asked.substr(0, asked.find_first_of("/?"));
      if (asked == reply.told.order) return {};
      return fmt::format("it came as the answer to a read of order {}", asked);
    }
    const Order* order = evidence_.find(reply.told.order);
    if (!order || !order->exists() || reply.key.empty()) return {};
    const std::string& key = order->pending->client_key;
    const bool own = key.empty() ? order->subject == reply.index.subject : key == reply.key;
    if (own) return {};
    return fmt::format("it came as the answer to {} under key {}, but belongs to {} (key {})",
                       request_text(reply), reply.key, base::to_text(order->subject), key);
  }

  std::string flaw_of_rejected(const Exchange& reply) const {
    const auto found = doubtful_.find(reply.key);
    if (found == doubtful_.end() || !found->second.effects.contains(reply.payload_hash)) return {};
    return fmt::format(
        "{} under key {} was told that nothing was done for its body, but it had an "
        "effect",
        request_text(reply), reply.key);
  }

  std::string flaw_of_unaccepted(const Exchange& reply) const {
    const Order* order = evidence_.made_by(reply.key);
    if (!order) return {};
    const auto found = doubtful_.find(reply.key);
    if (found == doubtful_.end()) return {};
    // Another copy may have made it.
    if (found->second.arrived > found->second.turned_away) return {};
    return fmt::format(
        "{} under key {} was told that it started nothing, but it made order {} ({})",
        request_text(reply), reply.key, order->id, place(*order->pending));
  }

  // The client does not know, and anything may be true. That it was confirmed all the same is worth
  // a count.
  void note_unknown(const Exchange& reply) {
    const auto found = doubtful_.find(reply.key);
    if (found == doubtful_.end() || found->second.known) return;
    const Order* order = evidence_.made_by(reply.key);
    if (order && order->state() == "confirmed") ghosts_.insert(order->id);
  }

  const Evidence& evidence_;
  Tally& tally_;
  std::unordered_map<std::string_view, Request> doubtful_;  // by key
  std::set<std::string_view> ghosts_;
};

}  // namespace

void client_truth(const Evidence& evidence, Tally& tally) {
  ClientTruth truth(evidence, tally);
  for (const Exchange* reply : evidence.observations().history()) truth.judge(*reply);
  const std::int64_t ghosts = truth.ghosts();
  if (ghosts > 0)
    tally.value(fmt::format("{} ghost success{}", base::grouped(ghosts), ghosts == 1 ? "" : "es"));
}

}  // namespace seawall::check
