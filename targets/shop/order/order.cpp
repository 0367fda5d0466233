#include "targets/shop/order/order.hpp"

#include <charconv>

#include <planted.hpp>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

using base::Money;
using base::TimePoint;
using Kind = base::Subject::Kind;

constexpr std::string_view row_prefix = "order/";
constexpr Money default_price{1999};
// An answer leaves this long before the caller's deadline, so that it arrives in time.
constexpr base::Duration answer_margin = std::chrono::milliseconds(50);

saga::Definition order_saga(model::Saga::Pivot pivot) {
  saga::Definition definition;
  definition.begun = "pending";
  definition.steps = {{"reserve", "inventory", "reserved", "release"},
                      {"charge", "payment", "charged", "refund"},
                      {"confirm", "inventory", "confirmed", ""},
                      {"ship", "shipping", "", ""}};
  definition.pivot = pivot == model::Saga::Pivot::charge ? 1 : 2;
  definition.way_back = "hold_expired";
  definition.decided = "confirmed";
  return definition;
}

// What a client is told of a state: how far the saga is, is no business of theirs.
std::string_view status_of(std::string_view state) {
  if (state == "confirmed") return "confirmed";
  return state == "compensating" || state == "failed" ? "failed" : "pending";
}

int http_status_of_failure(std::string_view reason) {
  if (reason == "declined") return 402;
  return reason == "out_of_stock" ? 409 : 503;
}

Response told(const Order& order) {
  OrderAnswer body;
  body.id = order.id;
  if (planted(Bug::reply_of_another_order)) body.id = "another";
  body.status = status_of(order.told_state);
  if (body.status == "confirmed") {
    body.amount = order.data.amount;
    return json(201, body);
  }
  if (body.status == "failed") {
    body.reason = order.told_cause;
    return json(http_status_of_failure(order.told_cause), body);
  }
  Response response = json(202, body);
  response.headers.emplace_back("Location", base::concat({"/orders/", order.id}));
  return response;
}

// Until when an answer may be waited for; a request without a deadline waits for ever.
TimePoint answer_by(TimePoint deadline) {
  return deadline == TimePoint{} ? TimePoint::max() : deadline - answer_margin;
}

// Counts those who wait for an order's outcome.
class Waiting {
 public:
  explicit Waiting(Order& order) : order_(order) { ++order_.waiting; }
  ~Waiting() { --order_.waiting; }
  Waiting(const Waiting&) = delete;

 private:
  Order& order_;
};

}  // namespace

OrderService::OrderService(runtime::Env& env, const model::Scenario& scenario)
    : env_(env),
      server_(env, links_to("order"), scenario.policy),
      health_(env, scenario.target.readiness),
      prices_(scenario.target.price),
      outlives_client_(scenario.saga.outlives_client),
      arguments_(scenario.saga.arguments),
      keys_(scenario.policy.of({"gateway", "order"}).idempotency),
      clients_(env, scenario, "order", {"inventory", "payment", "shipping"}),
      engine_(env, "order", *this, order_saga(scenario.saga.pivot), scenario.saga, clients_.all()) {
}

runtime::Task<bool> OrderService::start() {
  runtime::Scan scan(env_, std::string(row_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    auto data = model::decode_json<OrderData>(row);
    if (!data) co_return false;
    const std::string id = key.substr(row_prefix.size());
    auto order = std::make_unique<Order>(env_, id);
    order->data = std::move(*data);
    const bool knows_key = !order->data.client_key.empty() && !planted(Bug::client_key_forgotten);
    if (knows_key) by_key_[order->data.client_key] = order.get();
    std::uint64_t number = 0;
    if (id.front() == 'x') std::from_chars(id.data() + 1, id.data() + id.size(), number);
    foreign_ = std::max(foreign_, number);
    orders_[id] = std::move(order);
  }
  const bool loaded = co_await engine_.load();
  if (loaded) engine_.resume();
  co_return loaded;
}

runtime::Task<Response> OrderService::handle(Request request) {
  const std::string_view path = path_of(request);
  if (path == "/orders")
    return request.method == Method::post ? place(std::move(request))
                                          : answered(not_allowed("POST"));
  if (path.starts_with("/health/")) return health_.answer(std::move(request));
  const std::string id(last_segment(path, "/orders/"));
  if (id.empty()) return answered(not_found());
  return answered(request.method == Method::get ? read(id) : not_allowed("GET"));
}

std::vector<record::PatternUse> OrderService::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  clients_.collect(uses);
  if (keys_) {
    record::PatternUse& use = uses.emplace_back();
    use.pattern = "idempotency";
    use.where = "gateway -> order";
    use.acted = keys_acted_;
  }
  return uses;
}

runtime::Task<Response> OrderService::place(Request request) {
  auto body = model::decode_json<PlaceOrder>(request.body);
  if (!body) co_return bad_request(body.error());
  if (body->customer.empty() || body->sku.empty())
    co_return bad_request("customer and sku must not be empty");

  if (Order* const known = order_of_key(request.idempotency_key)) {
    ++keys_acted_;
    if (known->data.payload_hash != base::hash_bytes(request.body))
      co_return refusal(static_cast<int>(keys_->on_mismatch), "key_reused");
    if (known->told_state == "-" || known->waiting > 0)
      co_return refusal(static_cast<int>(keys_->on_in_flight), "key_in_flight");
    co_return co_await answer(*known, request.deadline);
  }

  Order& order = make(request, *body);
  const bool saved = co_await save(order);
  if (!saved) {
    forget(order);
    co_return store_failed();
  }
  const Waiting waiting(order);
  if (outlives_client_) {
    env_.spawn(engine_.run(order));
  } else {
    runtime::Task<> saga = engine_.run(order);
    co_await runtime::before(env_, answer_by(request.deadline), std::move(saga));
  }
  co_return co_await answer(order, request.deadline);
}

Order* OrderService::order_of_key(const std::string& key) {
  if (key.empty() || !keys_ || planted(Bug::client_key_ignored)) return nullptr;
  Order* const* const known = by_key_.find(key);
  if (!known || !*known) return nullptr;
  return env_.now() - (*known)->data.placed > keys_->ttl ? nullptr : *known;
}

Order& OrderService::make(const Request& request, PlaceOrder& body) {
  auto order = std::make_unique<Order>(env_, next_id(request.index.subject));
  order->subject = request.index.subject;
  order->trace = request.trace;
  OrderData& data = order->data;
  const auto price = prices_.find(body.sku);
  data.amount = (price == prices_.end() ? default_price : price->second) * body.quantity;
  data.customer = std::move(body.customer);
  data.sku = std::move(body.sku);
  data.quantity = body.quantity;
  data.client_key = request.idempotency_key;
  data.payload_hash = base::hash_bytes(request.body);
  data.placed = env_.now();
  if (!data.client_key.empty()) by_key_[data.client_key] = order.get();
  Order& made = *order;
  orders_[made.id] = std::move(order);
  return made;
}

// An order bears the number of its request in the load. The same number again, which comes where
// keys are ignored, gets "-2" and so on.
std::string OrderService::next_id(base::Subject subject) {
  std::string id = std::to_string(subject.number);
  if (subject.kind == Kind::warmup) id.insert(0, 1, 'w');
  if (subject.kind != Kind::order && subject.kind != Kind::warmup) {
    id = std::to_string(++foreign_);
    return id.insert(0, 1, 'x');
  }
  if (!order_of(id)) return id;
  int again = 2;
  while (order_of(id + "-" + std::to_string(again))) ++again;
  return id + "-" + std::to_string(again);
}

// The order, its client's key and the beginning of its saga become durable together.
runtime::Task<bool> OrderService::save(Order& order) {
  runtime::Batch batch;
  std::string row_key = base::concat({row_prefix, order.id});
  batch.absent.push_back(row_key);
  batch.put(std::move(row_key), model::encode_json(order.data));
  batch.ledger.reserve(3);  // the key, the order, the first intent
  if (!order.data.client_key.empty()) {
    record::LedgerRow& row = batch.ledger.emplace_back();
    row.machine = record::LedgerRow::Machine::key;
    row.order = order.id;
    row.subject = order.subject;
    row.from = "-";
    row.to = "seen";
    row.client_key = order.data.client_key;
    row.payload_hash = order.data.payload_hash;
  }
  const auto begun = co_await engine_.begin(order, batch);
  co_return begun.has_value();
}

void OrderService::forget(const Order& order) {
  Order** const key = by_key_.find(order.data.client_key);
  if (key && *key == &order) *key = nullptr;
  orders_.find(order.id)->reset();
}

runtime::Task<Response> OrderService::answer(Order& order, TimePoint deadline) {
  const Waiting waiting(order);
  while (!engine_.decided(order)) {
    const bool woken = co_await order.changed.wait(answer_by(deadline));
    if (!woken) break;
  }
  co_return told(order);
}

Order* OrderService::order_of(std::string_view id) const {
  const std::unique_ptr<Order>* const found = orders_.find(id);
  return found ? found->get() : nullptr;
}

Response OrderService::read(const std::string& id) const {
  const Order* const found = order_of(id);
  if (!found || found->told_state == "-") return not_found();
  const Order& order = *found;
  OrderAnswer body;
  body.id = id;
  body.status = status_of(order.told_state);
  body.amount = order.data.amount;
  if (!order.told_cause.empty()) body.reason = order.told_cause;
  body.progress = order.told_state;
  body.customer = order.data.customer;
  body.sku = order.data.sku;
  body.quantity = order.data.quantity;
  if (order.dead_letter) body.dead_letter = true;
  return json(200, body);
}

saga::Saga* OrderService::find(std::string_view id) { return order_of(id); }

Request OrderService::request(const saga::Saga& saga, std::string_view operation) {
  const OrderData& data = static_cast<const Order&>(saga).data;
  std::string path("/");
  Request request(Method::post, std::move(path.append(operation)));
  if (arguments_ == Arguments::none) {
    request.body = "{}";
  } else if (operation == "reserve" || operation == "ship") {
    request.body = model::encode_json(OrderLine{saga.id, data.sku, data.quantity});
  } else if (operation == "charge") {
    request.body = model::encode_json(Charge{saga.id, data.amount});
  } else {
    request.body = model::encode_json(OrderName{name_for(operation, saga.id)});
  }
  return request;
}

// By what confirmations, compensations and questions name the order. Where arguments are shifted,
// release gets the id of the order instead of that of its reservation, and refund that of the
// reservation: names that mean nothing to those who get them.
std::string OrderService::name_for(std::string_view operation, std::string_view id) const {
  if (arguments_ == Arguments::shifted && operation == "release")
    return base::concat({"order:", id});
  if (arguments_ == Arguments::shifted && operation == "refund")
    return base::concat({"reservation:", id});
  return std::string(id);
}

std::string OrderService::reason(const Response& answer) {
  auto body = model::decode_json<Refusal>(answer.body);
  return body && !body->reason.empty() ? std::move(body->reason) : std::string("refused");
}

saga::Found OrderService::found(const Response& answer) {
  const auto body = model::decode_json<PartAnswer>(answer.body);
  if (!body) return saga::Found::nothing;
  if (body->status == "refused") return saga::Found::refused;
  const bool done = body->status == "held" || body->status == "captured";
  return done ? saga::Found::done : saga::Found::nothing;
}

void OrderService::fill(const saga::Saga& saga, record::LedgerRow& row) {
  const OrderData& data = static_cast<const Order&>(saga).data;
  row.client_key = data.client_key;
  row.payload_hash = data.payload_hash;
  row.amount = data.amount;
  row.sku = data.sku;
  row.quantity = data.quantity;
}

}  // namespace seawall::shop
