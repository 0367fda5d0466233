#include "harness/check/invariants.hpp"

#include <array>

namespace seawall::check {
namespace {

using enum Invariant::When;

constexpr auto table = std::to_array<Invariant>({
    {"A1", "no-double-charge", always, no_double_charge,
     "A customer pays at most once: no key charges twice, and no order keeps more than its amount",
     "no charge was made", "charges"},
    {"A2", "no-over-refund", always, no_over_refund,
     "A refund gives back what was really taken, and no more than that", "no refund was made",
     "refunds"},
    {"A3", "no-oversell", always, no_oversell,
     "Nobody is promised a piece that does not exist: held and sold never exceed the stock",
     "nothing was reserved", "steps of reservations"},
    {"A4", "legal-transitions", always, legal_transitions,
     "Orders, reservations, charges and shipments only take the steps that exist for them",
     "nothing changed its state", "steps"},
    {"A5", "told-only-durable", always, told_only_durable,
     "A reply tells only what a crash cannot take back: the row was durable before it was told",
     "no reply told the state of an order", "replies"},
    {"A6", "key-integrity", always, key_integrity,
     "One idempotency key means one request: another body under it is refused and does nothing",
     "no request carried a key", "requests"},
    {"A7", "one-order-per-request", always, one_order_per_request,
     "A client that repeats its request under the same key gets the same order, not a second one",
     "no request with a key made an order", "orders"},
    {"A8", "ship-once", always, ship_once, "An order is sent at most once", "nothing was shipped",
     "shipments"},
    {"A9", "no-leaked-reservation", always, no_leaked_reservation,
     "Stock is held only while its order is under way, and nothing is held once all is at rest",
     "nothing was reserved", "reservations"},
    {"B1", "every-saga-settled", settled, every_saga_settled,
     "Every order that began comes to an end, confirmed and shipped or failed and undone",
     "no order began", "orders"},
    {"B2", "all-or-nothing", settled, all_or_nothing,
     "An order that ended is wholly done (paid, sold, shipped once) or leaves nothing behind",
     "no order came to its end", "orders"},
    {"B3", "client-truth", settled, client_truth,
     "What the client was told is what became of its order", "no client was told anything",
     "clients"},
    {"B4", "conservation", settled, conservation,
     "The money taken, the confirmed orders and the merchant's account agree, and so does the "
     "stock",
     "no order and no money", "orders"},
    {"B5", "no-orphans", settled, no_orphans,
     "No service keeps an effect of an order that never was", "no order left a row", "orders"},
    {"B7", "forward-after-pivot", settled, forward_after_pivot,
     "Once the charge is in the order's log the order goes forward, unless its hold had expired",
     "no order was charged", "charged orders"},
    {"B8", "stuck-is-visible", settled, stuck_is_visible,
     "An order that takes too long is marked for people to see, and the mark goes when it ends",
     "no order took long", "orders"},
    {"C1", "converges", settled, converges,
     "Once the faults and the load have ended, every order comes to its end within the limit",
     "no order came to its end", "orders"},
    {"C2", "goodput-recovers", settled, goodput_recovers,
     "When the faults are gone, as many requests succeed as before", "no fault was active",
     "requests"},
    {"C3", "load-bounded", settled, load_bounded,
     "When the faults are gone, retries no longer multiply the load",
     "no calls between services in that time", "links"},
});

}  // namespace

std::span<const Invariant> invariants() { return table; }

std::vector<std::string> invariant_names() {
  std::vector<std::string> names;
  for (const Invariant& invariant : table) names.emplace_back(invariant.name);
  return names;
}

record::Finding judge(const Invariant& invariant, const Evidence& evidence) {
  Tally tally;
  invariant.check(evidence, tally);
  record::Finding finding =
      std::move(tally).finish(invariant.explanation, invariant.nothing, invariant.counted);
  finding.kind = record::Finding::Kind::invariant;
  finding.id = invariant.id;
  finding.name = invariant.name;
  return finding;
}

}  // namespace seawall::check
