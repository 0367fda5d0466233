#include "tests/check/story.hpp"

#include <cstdlib>

#include "harness/check/invariants.hpp"

namespace seawall::check {
namespace {

constexpr std::int64_t price = 1999;
constexpr std::int64_t pieces = 1000;

const Row* last_of(const record::Record& record, Machine machine, const std::string& order) {
  const Row* last = nullptr;
  for (const Row& row : record.ledger)
    if (row.machine == machine && row.order == order) last = &row;
  return last;
}

}  // namespace

Story::Story() : now_(at(100ms)) {
  record.ledger.reserve(1000);
  record.exchanges.reserve(100'000);
  record.history.reserve(100'000);
  record.events.reserve(10'000);
  record.time_zero = at(0s);
  record.warmup_start = at(-3s);
  record.load_end = record.healed = at(60s);
  record.settled = at(65s);
  record.end = at(66s);
  scenario.target.stock = {{"sku-1", pieces}, {"sku-2", pieces}};
  for (const auto& [sku, quantity] : scenario.target.stock) {
    Row& stock = row("inventory", Machine::stock, "", "-", "initial");
    stock.sku = sku;
    stock.quantity = stock.available_after = available_[sku] = quantity;
  }
}

Row& Story::row(const std::string& node, Machine machine, const std::string& order,
                const std::string& from, const std::string& to) {
  now_ += 1ms;
  Row& row = record.ledger.emplace_back();
  row.node = node;
  row.lsn = row.batch = ++lsn_[node];
  row.t = now_;
  row.machine = machine;
  row.order = order;
  row.subject = subject(order);
  row.from = from;
  row.to = to;
  return row;
}

base::Subject Story::subject(const std::string& order) const {
  const auto number = std::strtoull(order.c_str(), nullptr, 10);
  return number == 0 ? base::Subject{} : base::Subject{base::Subject::Kind::order, number};
}

std::uint64_t Story::last_lsn(const std::string& node) const {
  const auto found = lsn_.find(node);
  return found == lsn_.end() ? 0 : found->second;
}

Row& Story::place(const std::string& order, std::int64_t quantity) {
  Row& row = moved(order, "-", "pending");
  row.client_key = "k-" + order;
  row.payload_hash = 7;
  row.sku = "sku-1";
  row.quantity = quantity;
  return row;
}

Row& Story::intent(const std::string& order, const std::string& step) {
  return row("order", Machine::saga, order, "-", step);
}

Row& Story::moved(const std::string& order, const std::string& from, const std::string& to,
                  const std::string& cause) {
  Row& moved = row("order", Machine::order, order, from, to);
  moved.cause = cause;
  return moved;
}

Row& Story::reserved(const std::string& order, std::int64_t quantity, const std::string& sku) {
  Row& held = row("inventory", Machine::reservation, order, "-", "held");
  held.key = "reserve-" + order;
  held.payload_hash = 11;
  held.sku = sku;
  held.quantity = quantity;
  held.available_after = available_[sku] -= quantity;
  return held;
}

Row& Story::released(const std::string& order, const std::string& cause) {
  const Row held = *last_of(record, Machine::reservation, order);
  Row& released = row("inventory", Machine::reservation, order, "held", "released");
  released.cause = cause;
  released.sku = held.sku;
  released.quantity = held.quantity;
  released.available_after = available_[held.sku] += held.quantity;
  return released;
}

Row& Story::sold(const std::string& order) {
  const Row held = *last_of(record, Machine::reservation, order);
  Row& sold = row("inventory", Machine::reservation, order, "held", "sold");
  sold.key = "confirm-" + order;
  sold.sku = held.sku;
  sold.quantity = held.quantity;
  sold.available_after = available_[held.sku];
  return sold;
}

Row& Story::captured(const std::string& order, const std::string& key) {
  const Row* pending = nullptr;
  for (const Row& row : record.ledger)
    if (row.order == order && row.to == "pending") pending = &row;
  const base::Money amount{price * (pending ? pending->quantity : 1)};
  Row& captured = row("payment", Machine::charge, order, "-", "captured");
  captured.key = key;
  captured.payload_hash = 13;
  captured.amount = amount;
  Row& account = row("payment", Machine::account, order, "-", "booked");
  account.amount = amount;
  account.balance_after = balance_ += amount.minor;
  return captured;
}

Row& Story::refunded(const std::string& order, const std::string& key) {
  const base::Money amount = last_of(record, Machine::account, order)->amount;
  Row& refunded = row("payment", Machine::charge, order, "captured", "refunded");
  refunded.key = "refund-" + order;
  refunded.names = key;
  refunded.amount = amount;
  Row& account = row("payment", Machine::account, order, "-", "booked");
  account.amount = base::Money{} - amount;
  account.balance_after = balance_ -= amount.minor;
  return refunded;
}

Row& Story::shipped(const std::string& order) {
  Row& created = row("shipping", Machine::shipment, order, "-", "created");
  created.key = "ship-" + order;
  created.shipment = "s-" + order;
  return created;
}

Row& Story::ended(const std::string& order, const std::string& how) {
  return row("order", Machine::saga, order, "-", how);
}

Row& Story::letter(const std::string& order, const std::string& from, const std::string& to) {
  return row("order", Machine::dead_letter, order, from, to);
}

void Story::confirmed(const std::string& order, std::int64_t quantity) {
  place(order, quantity);
  intent(order, "reserve");
  reserved(order, quantity);
  moved(order, "pending", "reserved");
  intent(order, "charge");
  captured(order, "charge-" + order);
  moved(order, "reserved", "charged");
  sold(order);
  moved(order, "charged", "confirmed");
  told(order, Told::confirmed, 201);
  shipped(order);
  ended(order, "completed");
}

void Story::declined(const std::string& order) {
  place(order);
  reserved(order);
  moved(order, "pending", "reserved");
  row("payment", Machine::charge, order, "-", "declined").key = "charge-" + order;
  moved(order, "reserved", "compensating", "declined");
  told(order, Told::refused, 402, "declined");
  row("payment", Machine::charge, order, "declined", "tombstone").key = "refund-" + order;
  released(order);
  moved(order, "compensating", "failed");
  ended(order, "compensated");
}

void Story::timed_out(const std::string& order) {
  place(order);
  reserved(order);
  moved(order, "pending", "reserved");
  captured(order, "charge-" + order);
  moved(order, "reserved", "compensating", "in-doubt");
  told(order, Told::refused, 503, "payment");
  refunded(order, "charge-" + order);
  released(order);
  moved(order, "compensating", "failed");
  ended(order, "compensated");
}

void Story::out_of_stock(const std::string& order) {
  place(order);
  row("inventory", Machine::reservation, order, "-", "refused").sku = "sku-1";
  moved(order, "pending", "compensating", "out_of_stock");
  told(order, Told::refused, 409, "out_of_stock");
  row("inventory", Machine::reservation, order, "refused", "tombstone").sku = "sku-1";
  moved(order, "compensating", "failed");
  ended(order, "compensated");
}

void Story::told(const std::string& order, Told kind, int status, const std::string& reason) {
  Exchange& inner = wire("gateway", "order", order, "place-order");
  const Exchange& outer = history(order, kind, status, reason);
  inner.told = outer.told;
  inner.status = status;
  inner.path = outer.path;
  inner.key = outer.key;
  inner.payload_hash = outer.payload_hash;
  inner.durable_lsn = last_lsn("order");
}

Exchange& Story::history(const std::string& order, Told kind, int status,
                         const std::string& reason) {
  Exchange& row = record.history.emplace_back();
  row.observer = Exchange::Observer::client;
  row.link = {"client", "gateway"};
  row.index.subject = subject(order);
  row.index.operation = "place-order";
  row.request_name = "place-order";
  row.method = model::Method::post;
  row.path = "/orders";
  row.key = "k-" + order;
  row.payload_hash = 7;
  row.intended = row.sent = now_ - 20ms;
  row.ended = now_;
  row.deadline = row.intended + 5s;
  row.status = status;
  row.expected = status == 201 || status == 202 || status == 402 || status == 409;
  row.told.kind = kind;
  row.told.reason = reason;
  if (kind == Told::confirmed || kind == Told::accepted || kind == Told::refused)
    row.told.order = order;
  return row;
}

Exchange& Story::wire(const std::string& from, const std::string& to, const std::string& order,
                      const std::string& operation) {
  Exchange& row = record.exchanges.emplace_back();
  row.link = {from, to};
  row.index.subject = subject(order);
  row.index.operation = operation;
  row.method = model::Method::post;
  row.path = "/" + operation;
  row.sent = now_ - 10ms;
  row.ended = now_;
  row.deadline = now_ + 1s;
  row.status = 200;
  return row;
}

Event& Story::event(Event::Kind kind, const std::string& where, const std::string& name,
                    const std::string& what) {
  Event& event = record.events.emplace_back();
  event.t = now_;
  event.n = record.events.size();
  event.kind = kind;
  event.where = where;
  event.name = name;
  event.what = what;
  return event;
}

void Story::fault(const std::string& name, Duration from, Duration to) {
  model::Fault& fault = scenario.faults.emplace_back();
  fault.name = name;
  fault.type = "latency";
  fault.link = base::Link{"order", "payment"};
  record::FaultUse& use = record.faults.emplace_back();
  use.name = name;
  use.calls = use.reached = use.hit = 100;
  use.was_armed = true;
  use.armed = at(from);
  use.healed = record.healed = at(to);
}

Finding judged(const Story& story, const std::string& invariant) {
  const Evidence evidence(story.scenario, story.record);
  for (const Invariant& row : invariants())
    if (row.name == invariant || row.id == invariant) return judge(row, evidence);
  return {};
}

Status status(const Story& story, const std::string& invariant) {
  return judged(story, invariant).status;
}

bool broken(const Story& story, const std::string& invariant, const std::string& order) {
  const Finding finding = judged(story, invariant);
  const bool names_order = !finding.orders.empty() && finding.orders.front() == order &&
                           finding.why.starts_with("order " + order + ": ");
  return finding.status == Status::broken && names_order;
}

std::string all_broken(const Story& story) {
  const Evidence evidence(story.scenario, story.record);
  std::string names;
  for (const Invariant& invariant : invariants()) {
    if (judge(invariant, evidence).status != Status::broken) continue;
    if (!names.empty()) names += ' ';
    names += invariant.id;
  }
  return names;
}

}  // namespace seawall::check
