#include "targets/shop/payment/payment.hpp"

#include <planted.hpp>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "targets/shop/ledger.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

using Machine = record::LedgerRow::Machine;

constexpr std::string_view payment_prefix = "payment/";

Response payment_answer(int status, const std::string& order, const Payment& payment,
                        std::string_view state) {
  PartAnswer body;
  body.order = order;
  body.status = state;
  if (payment.amount.minor != 0) body.amount = payment.amount;
  return json(status, body);
}

Response refused(int status, const std::string& order, std::string_view reason) {
  PartAnswer body;
  body.order = order;
  body.status = "refused";
  body.reason = reason;
  return json(status, body);
}

std::string_view class_of_payment(Payment::State to) {
  switch (to) {
    case Payment::State::captured:
      return "capture";
    case Payment::State::refunded:
      return "refund";
    case Payment::State::declined:
      return "decline";
    default:
      return "tombstone";
  }
}

}  // namespace

struct PaymentService::Operation {
  const Request& request;
  const std::string& order;
  std::uint64_t payload_hash;
  Payment& payment;
};

PaymentService::PaymentService(runtime::Env& env, const model::Scenario& scenario)
    : env_(env),
      server_(env, links_to("payment"), scenario.policy),
      health_(env, scenario.target.readiness),
      declines_(scenario.target.declines),
      answers_(env, scenario.policy.of({"order", "payment"}).idempotency) {}

runtime::Task<bool> PaymentService::start() {
  const bool answers_loaded = co_await answers_.load();
  if (!answers_loaded) co_return false;
  runtime::Scan scan(env_, std::string(payment_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    auto payment = model::decode_json<Payment>(row);
    if (!payment) co_return false;
    if (!planted(Bug::balance_forgotten))
      balance_ += payment->amount * (payment->captures - payment->refunds);
    payments_[std::string_view(key).substr(payment_prefix.size())] = std::move(*payment);
  }
  co_return true;
}

runtime::Task<Response> PaymentService::handle(Request request) {
  const std::string_view path = path_of(request);
  const bool post = request.method == Method::post;
  if (path == "/charge") return post ? charge(std::move(request)) : answered(not_allowed("POST"));
  if (path == "/refund") return post ? refund(std::move(request)) : answered(not_allowed("POST"));
  if (path == "/query") return post ? query(std::move(request)) : answered(not_allowed("POST"));
  if (path.starts_with("/health/")) return health_.answer(std::move(request));
  const std::string order(last_segment(path, "/payments/"));
  if (order.empty()) return answered(not_found());
  return answered(request.method == Method::get ? read(order) : not_allowed("GET"));
}

std::vector<record::PatternUse> PaymentService::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  answers_.collect("order -> payment", uses);
  return uses;
}

runtime::Task<Response> PaymentService::charge(Request request) {
  auto taken = answers_.take_in<Charge>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Payment& payment = payments_[body.order];
  if (answers_.respected()) {
    if (payment.state == Payment::State::tombstone) {
      answers_.turned_away();
      co_return refused(409, body.order, "cancelled");
    }
    if (payment.state != Payment::State::none)
      co_return refused(409, body.order, "already_charged");
  }
  Operation operation{request, body.order, payload_hash, payment};
  payment.charge_key = request.idempotency_key;
  const auto draw = base::KeyedRandom(env_.seed()).with(body.order).with("decline");
  if (draw.hits(declines_)) {
    Response answer = refused(402, body.order, "declined");
    co_return co_await commit(operation, Payment::State::declined, answer);
  }
  payment.amount = planted(Bug::wrong_amount_charged) ? body.amount * 2 : body.amount;
  Response answer = payment_answer(200, body.order, payment, "captured");
  co_return co_await commit(operation, Payment::State::captured, answer);
}

runtime::Task<Response> PaymentService::refund(Request request) {
  auto taken = answers_.take_in<OrderName>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Payment& payment = payments_[body.order];
  Operation operation{request, body.order, payload_hash, payment};
  const bool again = payment.state == Payment::State::refunded && !answers_.respected();
  if (payment.state != Payment::State::captured && !again) co_return co_await entomb(operation);
  Response answer = payment_answer(200, body.order, payment, "refunded");
  co_return co_await commit(operation, Payment::State::refunded, answer);
}

runtime::Task<Response> PaymentService::query(Request request) {
  const auto body = model::decode_json<OrderName>(request.body);
  if (!body) co_return bad_request(body.error());
  const auto flight = answers_.enter(body->order);
  if (!flight) co_return answers_.in_flight();

  Payment& payment = payments_[body->order];
  if (payment.state == Payment::State::declined) co_return refused(200, body->order, "declined");
  if (payment.state == Payment::State::captured || payment.state == Payment::State::refunded)
    co_return payment_answer(200, body->order, payment, model::name_of(payment.state));
  Operation operation{request, body->order, base::hash_bytes(request.body), payment};
  co_return co_await entomb(operation);
}

Response PaymentService::read(const std::string& order) const {
  const Payment* const found = payments_.find(order);
  if (!found || found->state == Payment::State::none) return not_found();
  return payment_answer(200, order, *found, model::name_of(found->state));
}

runtime::Task<Response> PaymentService::entomb(Operation& operation) {
  const Payment::State state = operation.payment.state;
  const bool open = state == Payment::State::none || state == Payment::State::declined;
  const std::string_view told = state == Payment::State::refunded ? "refunded" : "none";
  Response answer = payment_answer(200, operation.order, operation.payment, told);
  if (!open || !answers_.leaves_tombstones()) co_return answer;
  co_return co_await commit(operation, Payment::State::tombstone, answer);
}

runtime::Task<Response> PaymentService::commit(Operation& operation, Payment::State to,
                                               Response& answer) {
  Payment& payment = operation.payment;
  const bool captures = to == Payment::State::captured;
  const bool refunds = to == Payment::State::refunded;
  payment.captures += captures;
  payment.refunds += refunds;
  const base::Money moved = payment.amount * (captures ? 1 : refunds ? -1 : 0);
  balance_ += moved;

  runtime::Batch batch;
  batch.write_class = class_of_payment(to);
  batch.subject = operation.request.index.subject;
  batch.ledger.reserve(2);
  batch.rows.reserve(2);
  // A charge where keys are ignored is a new one, whatever was there.
  const std::string_view from = captures ? "-" : model::name_of(payment.state);
  record::LedgerRow& row = add_row(batch, Machine::charge, operation.order, from,
                                   model::name_of(to), operation.request, operation.payload_hash);
  row.amount = captures || refunds ? payment.amount : base::Money{};
  if (refunds && planted(Bug::refund_too_large)) row.amount = payment.amount * 2;
  if (!captures) row.names = payment.charge_key;
  if (captures || (refunds && !planted(Bug::refund_not_booked))) {
    record::LedgerRow& account = add_row(batch, Machine::account, operation.order, "-", "booked",
                                         operation.request, operation.payload_hash);
    account.amount = moved;
    account.balance_after = balance_.minor;
  }
  Payment next = payment;
  next.state = to;
  batch.put(base::concat({payment_prefix, operation.order}), model::encode_json(next));
  answers_.keep(operation.request, operation.payload_hash, answer, batch);

  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  if (!written) {
    payment.captures -= captures;
    payment.refunds -= refunds;
    balance_ += moved * -1;
    answers_.forget(operation.request);
    co_return store_failed();
  }
  payment.state = to;
  co_return std::move(answer);
}

}  // namespace seawall::shop
