#include "targets/shop/inventory/inventory.hpp"

#include <algorithm>
#include <charconv>

#include <planted.hpp>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "targets/shop/ledger.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

using State = Reservation::State;
using Machine = record::LedgerRow::Machine;

constexpr std::string_view stock_prefix = "stock/";
constexpr std::string_view reservation_prefix = "reservation/";
// An expiry that finds an operation on its order under way comes again after this time.
constexpr base::Duration expiry_retry = std::chrono::milliseconds(10);

Response reservation_answer(int status, const std::string& order, std::string_view state,
                            std::string_view reason = {}) {
  PartAnswer body;
  body.order = order;
  body.status = state;
  if (!reason.empty()) body.reason = reason;
  return json(status, body);
}

std::int64_t copies_after(const Reservation& before, State to) {
  if (to != State::held) return before.copies;
  return before.state == State::held ? before.copies + 1 : 1;
}

std::string_view write_class_of(State to) {
  switch (to) {
    case State::held:
      return "reserve";
    case State::sold:
      return "confirm";
    case State::released:
      return "release";
    case State::refused:
      return "refuse";
    default:
      return "tombstone";
  }
}

}  // namespace

struct InventoryService::Operation {
  const Request& request;
  const std::string& order;
  std::uint64_t payload_hash;
  Reservation& reservation;
  std::string_view cause = {};
};

InventoryService::InventoryService(runtime::Env& env, const model::Scenario& scenario)
    : env_(env),
      server_(env, links_to("inventory"), scenario.policy),
      health_(env, scenario.target.readiness),
      initial_stock_(scenario.target.stock),
      reserve_(scenario.target.reserve),
      hold_ttl_(scenario.saga.hold_ttl),
      answers_(env, scenario.policy.of({"order", "inventory"}).idempotency) {}

runtime::Task<bool> InventoryService::start() {
  const bool answers_loaded = co_await answers_.load();
  if (!answers_loaded) co_return false;
  const bool stock_loaded = co_await load_stock();
  if (!stock_loaded) co_return false;
  co_return co_await load_reservations();
}

// The first incarnation of all brings the stock in.
runtime::Task<bool> InventoryService::load_stock() {
  runtime::Scan scan(env_, std::string(stock_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    Stock& stock = stocks_[key.substr(stock_prefix.size())];
    std::from_chars(row.data(), row.data() + row.size(), stock.initial);
    stock.available = stock.initial;
  }
  if (!stocks_.empty()) co_return true;

  runtime::Batch batch;
  for (const auto& [sku, pieces] : initial_stock_) {
    stocks_[sku] = Stock{.initial = pieces, .available = pieces};
    batch.put(std::string(stock_prefix) + sku, std::to_string(pieces));
    record::LedgerRow& row = batch.ledger.emplace_back();
    row.machine = Machine::stock;
    row.from = "-";
    row.to = "initial";
    row.sku = sku;
    row.quantity = pieces;
    row.available_after = pieces;
  }
  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  co_return written.has_value();
}

runtime::Task<bool> InventoryService::load_reservations() {
  runtime::Scan scan(env_, std::string(reservation_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    auto reservation = model::decode_json<Reservation>(row);
    if (!reservation) co_return false;
    const std::string order = key.substr(reservation_prefix.size());
    const std::int64_t pieces = reservation->quantity * reservation->copies;
    if (Stock* stock = stock_of(reservation->sku); stock && pieces > 0) {
      if (reservation->state == State::held && !planted(Bug::holds_forgotten))
        stock->held += pieces;
      if (reservation->state == State::sold) stock->sold += pieces;
      stock->available = stock->initial - stock->held - stock->sold;
    }
    if (reservation->state == State::held) expiries_.push_back({reservation->expires, order});
    reservations_[order] = std::move(*reservation);
  }
  std::stable_sort(expiries_.begin(), expiries_.end(),
                   [](const Expiry& a, const Expiry& b) { return a.at < b.at; });
  if (!expiries_.empty()) {
    expiring_ = true;
    env_.spawn(expire_holds());
  }
  co_return true;
}

runtime::Task<Response> InventoryService::handle(Request request) {
  const std::string_view path = path_of(request);
  const bool post = request.method == Method::post;
  const bool effect =
      path == "/reserve" || path == "/confirm" || path == "/release" || path == "/query";
  if (effect && !post) return answered(not_allowed("POST"));
  if (path == "/reserve") return reserve(std::move(request));
  if (path == "/confirm") return confirm(std::move(request));
  if (path == "/release") return release(std::move(request));
  if (path == "/query") return query(std::move(request));
  if (path.starts_with("/health/")) return health_.answer(std::move(request));
  const std::string_view sku = last_segment(path, "/skus/");
  if (sku.empty()) return answered(not_found());
  return answered(request.method == Method::get ? read(sku) : not_allowed("GET"));
}

std::vector<record::PatternUse> InventoryService::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  answers_.collect("order -> inventory", uses);
  return uses;
}

runtime::Task<Response> InventoryService::reserve(Request request) {
  auto taken = answers_.take_in<OrderLine>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Reservation& reservation = reservations_[body.order];
  const State before = reservation.state;
  if (answers_.respected() && before == State::tombstone) {
    answers_.turned_away();
    co_return reservation_answer(409, body.order, "refused", "cancelled");
  }
  if (answers_.respected() && before != State::none)
    co_return reservation_answer(409, body.order, "refused", "already_reserved");

  const Stock* stock = stock_of(body.sku);
  const bool enough = stock && stock->available >= body.quantity;
  if (!enough && before != State::none)
    co_return reservation_answer(409, body.order, "refused", "out_of_stock");
  reservation.sku = body.sku;
  reservation.quantity = body.quantity;
  Operation operation{request, body.order, payload_hash, reservation};
  if (!enough) {
    Response refusal = reservation_answer(409, body.order, "refused", "out_of_stock");
    co_return co_await commit(operation, State::refused, refusal);
  }
  reservation.expires = env_.now() + hold_ttl_;
  Response answer = reservation_answer(200, body.order, "held");
  co_return co_await commit(operation, State::held, answer);
}

runtime::Task<Response> InventoryService::confirm(Request request) {
  auto taken = answers_.take_in<OrderName>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Reservation& reservation = reservations_[body.order];
  if (reservation.state == State::sold && answers_.respected())
    co_return reservation_answer(200, body.order, "sold");
  if (reservation.state != State::held) {
    const std::string_view reason = reservation.expired ? "hold_expired" : "not_held";
    co_return reservation_answer(409, body.order, "refused", reason);
  }
  Operation operation{request, body.order, payload_hash, reservation};
  Response answer = reservation_answer(200, body.order, "sold");
  co_return co_await commit(operation, State::sold, answer);
}

runtime::Task<Response> InventoryService::release(Request request) {
  auto taken = answers_.take_in<OrderName>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Reservation& reservation = reservations_[body.order];
  if (reservation.state == State::sold)
    co_return reservation_answer(409, body.order, "refused", "sold");
  Operation operation{request, body.order, payload_hash, reservation, "release"};
  if (reservation.state != State::held) co_return co_await entomb(operation);
  Response answer = reservation_answer(200, body.order, "released");
  co_return co_await commit(operation, State::released, answer);
}

runtime::Task<Response> InventoryService::query(Request request) {
  const auto body = model::decode_json<OrderName>(request.body);
  if (!body) co_return bad_request(body.error());
  const auto flight = answers_.enter(body->order);
  if (!flight) co_return answers_.in_flight();

  Reservation& reservation = reservations_[body->order];
  const State state = reservation.state;
  if (state == State::refused)
    co_return reservation_answer(200, body->order, "refused", "out_of_stock");
  if (state == State::held || state == State::sold)
    co_return reservation_answer(200, body->order, model::name_of(state));
  Operation operation{request, body->order, base::hash_bytes(request.body), reservation};
  co_return co_await entomb(operation);
}

Response InventoryService::read(std::string_view sku) const {
  const auto found = stocks_.find(sku);
  if (found == stocks_.end()) return not_found();
  StockAnswer body;
  body.sku = sku;
  body.held = found->second.held;
  body.sold = found->second.sold;
  body.available = found->second.initial - body.held - body.sold;
  return json(200, body);
}

runtime::Task<Response> InventoryService::entomb(Operation& operation) {
  const State state = operation.reservation.state;
  const bool open = state == State::none || state == State::refused;
  const std::string_view told = state == State::released ? "released" : "none";
  Response answer = reservation_answer(200, operation.order, told);
  if (!open || !answers_.leaves_tombstones()) co_return answer;
  co_return co_await commit(operation, State::tombstone, answer);
}

runtime::Task<Response> InventoryService::commit(Operation& operation, State to, Response& answer) {
  Reservation& reservation = operation.reservation;
  if (reservation.subject == base::Subject{}) reservation.subject = operation.request.index.subject;
  Stock* const stock = stock_of(reservation.sku);
  const std::int64_t copies = to == State::held ? 1 : reservation.copies;
  const std::int64_t pieces = reservation.quantity * copies;
  const std::int64_t taken = to == State::held ? pieces : to == State::released ? -pieces : 0;
  // Atomic: what is taken is gone before anybody else can look. The race takes it when the write is
  // done.
  const bool take_late = to == State::held && reserve_ == model::Target::Reserve::check_then_act;
  const bool keeps = to == State::released && planted(Bug::stock_not_given_back);
  if (stock && !take_late && !keeps) stock->available -= taken;

  runtime::Batch batch;
  batch.write_class = write_class_of(to);
  batch.subject = reservation.subject;
  batch.rows.reserve(2);
  const bool line = to == State::held || to == State::sold || to == State::released;
  for (std::int64_t copy = 0; copy < (line ? copies : 1); ++copy) {
    // A hold where keys are ignored is a new one, whatever was there.
    const std::string_view from = to == State::held ? "-" : model::name_of(reservation.state);
    record::LedgerRow& row = add_row(batch, Machine::reservation, operation.order, from,
                                     model::name_of(to), operation.request, operation.payload_hash);
    row.subject = reservation.subject;
    row.cause = operation.cause;
    row.sku = reservation.sku;
    row.quantity = line ? reservation.quantity : 0;
    if (to == State::sold && planted(Bug::wrong_quantity_sold)) row.quantity = 1;
    if (to == State::sold && planted(Bug::wrong_sku_sold)) row.sku = "sku-3";
    if (stock) row.available_after = stock->available - (take_late ? taken : 0);
  }
  Reservation next = reservation;
  next.state = to;
  next.copies = copies_after(reservation, to);
  next.expired = operation.cause == "expired";
  batch.put(base::concat({reservation_prefix, operation.order}), model::encode_json(next));
  answers_.keep(operation.request, operation.payload_hash, answer, batch);

  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  if (!written) {
    if (stock && !take_late) stock->available += taken;
    answers_.forget(operation.request);
    co_return store_failed();
  }
  if (stock && take_late) stock->available -= taken;
  settle(operation, to);
  co_return std::move(answer);
}

// What is durable now becomes visible.
void InventoryService::settle(const Operation& operation, State to) {
  Reservation& reservation = operation.reservation;
  Stock* const stock = stock_of(reservation.sku);
  const std::int64_t pieces = reservation.quantity * reservation.copies;
  reservation.copies = copies_after(reservation, to);
  reservation.state = to;
  reservation.expired = operation.cause == "expired";
  if (to == State::held) {
    if (stock) stock->held += reservation.quantity;
    expect_expiry(operation.order, reservation.expires);
  }
  if (to == State::sold || to == State::released) {
    if (stock) stock->held -= pieces;
    if (stock && to == State::sold) stock->sold += pieces;
  }
}

void InventoryService::expect_expiry(const std::string& order, base::TimePoint at) {
  expiries_.push_back({at, order});
  if (expiring_) return;
  expiring_ = true;
  env_.spawn(expire_holds());
}

runtime::Task<> InventoryService::expire_holds() {
  while (!expiries_.empty()) {
    runtime::Sleep sleep(env_, expiries_.front().at);
    co_await sleep;
    std::string order = expiries_.front().order;
    const bool done = co_await expire(std::move(order));
    if (done)
      expiries_.pop_front();
    else
      expiries_.front().at = env_.now() + expiry_retry;
  }
  expiring_ = false;
  co_return {};
}

// False: an operation on the order is under way, or the store failed.
runtime::Task<bool> InventoryService::expire(std::string order) {
  Reservation* const found = reservations_.find(order);
  if (!found || found->state != State::held) co_return true;
  const auto flight = answers_.enter(order);
  if (!flight) co_return false;
  const Request nobody(Method::post, "/expire");
  Operation operation{nobody, order, 0, *found, "expired"};
  Response none(200);
  const Response answer = co_await commit(operation, State::released, none);
  co_return answer.status == 200;
}

Stock* InventoryService::stock_of(std::string_view sku) {
  const auto found = stocks_.find(sku);
  return found == stocks_.end() ? nullptr : &found->second;
}

}  // namespace seawall::shop
