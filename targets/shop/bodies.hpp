// What the services of the shop say to each other and to their clients: the bodies of requests and
// answers. Money is in minor units.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::shop {

inline constexpr std::int64_t most_pieces = 1'000'000;

// POST /orders
struct PlaceOrder {
  std::string customer;
  std::string sku;
  std::int64_t quantity = 0;
};
template <class Visitor>
void describe(Visitor& visit, PlaceOrder& body) {
  visit.field("customer", body.customer, {.doc = "who buys", .required = true});
  visit.field("sku", body.sku, {.doc = "what", .required = true});
  visit.field("quantity", body.quantity, {"pieces", 1, most_pieces, true});
}

// POST /reserve at inventory and POST /ship at shipping
struct OrderLine {
  std::string order;
  std::string sku;
  std::int64_t quantity = 0;
};
template <class Visitor>
void describe(Visitor& visit, OrderLine& body) {
  visit.field("order", body.order, {.doc = "its id", .required = true});
  visit.field("sku", body.sku, {.doc = "what", .required = true});
  visit.field("quantity", body.quantity, {"pieces", 1, most_pieces, true});
}

// POST /charge at payment
struct Charge {
  std::string order;
  base::Money amount;
};
template <class Visitor>
void describe(Visitor& visit, Charge& body) {
  visit.field("order", body.order, {.doc = "its id", .required = true});
  visit.field("amount", body.amount, {.doc = "minor units", .least = 1, .required = true});
}

// POST /confirm, /release, /refund and /query
struct OrderName {
  std::string order;
};
template <class Visitor>
void describe(Visitor& visit, OrderName& body) {
  visit.field("order", body.order, {.doc = "its id", .required = true});
}

// What inventory, payment and shipping answer about an order.
struct PartAnswer {
  std::string order;
  std::string status;  // held, captured, created, ...
  std::optional<std::string> reason;
  std::optional<base::Money> amount;
  std::optional<std::string> sku;
  std::optional<std::int64_t> quantity;
  std::optional<std::string> shipment;
};
template <class Visitor>
void describe(Visitor& visit, PartAnswer& body) {
  visit.field("order", body.order, {});
  visit.field("status", body.status, {});
  visit.field("reason", body.reason, {});
  visit.field("amount", body.amount, {});
  visit.field("sku", body.sku, {});
  visit.field("quantity", body.quantity, {});
  visit.field("shipment", body.shipment, {});
}

// What the order service answers about an order; a read gives all, the answer to POST the first
// four.
struct OrderAnswer {
  std::string id;
  std::string status;  // pending, confirmed, failed
  std::optional<base::Money> amount;
  std::optional<std::string> reason;
  std::optional<std::string> progress;  // how far the saga is
  std::optional<std::string> customer;
  std::optional<std::string> sku;
  std::optional<std::int64_t> quantity;
  std::optional<bool> dead_letter;  // it takes longer than it should
};
template <class Visitor>
void describe(Visitor& visit, OrderAnswer& body) {
  visit.field("id", body.id, {});
  visit.field("status", body.status, {});
  visit.field("amount", body.amount, {});
  visit.field("reason", body.reason, {});
  visit.field("progress", body.progress, {});
  visit.field("customer", body.customer, {});
  visit.field("sku", body.sku, {});
  visit.field("quantity", body.quantity, {});
  visit.field("dead_letter", body.dead_letter, {});
}

// GET /skus/{sku}
struct StockAnswer {
  std::string sku;
  std::int64_t available = 0;
  std::int64_t held = 0;
  std::int64_t sold = 0;
};
template <class Visitor>
void describe(Visitor& visit, StockAnswer& body) {
  visit.field("sku", body.sku, {});
  visit.field("available", body.available, {});
  visit.field("held", body.held, {});
  visit.field("sold", body.sold, {});
}

// Why a request was not done. `accepted: false` promises that nothing was started.
struct Refusal {
  std::optional<bool> accepted;
  std::string reason;
  std::optional<std::string> detail;
};
template <class Visitor>
void describe(Visitor& visit, Refusal& body) {
  visit.field("accepted", body.accepted, {});
  visit.field("reason", body.reason, {});
  visit.field("detail", body.detail, {});
}

}  // namespace seawall::shop
