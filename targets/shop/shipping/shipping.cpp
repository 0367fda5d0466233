#include "targets/shop/shipping/shipping.hpp"

#include "harness/base/text.hpp"
#include "targets/shop/ledger.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

constexpr std::string_view shipment_prefix = "shipment/";

// "s-4711", and "s-4711-2" for the second parcel of an order, which should never be.
std::string name_of(const std::string& order, std::int64_t parcel) {
  std::string name("s-");
  name.append(order);
  if (parcel > 1) name.append("-").append(std::to_string(parcel));
  return name;
}

Response shipment_answer(const std::string& order, const Shipment& shipment) {
  PartAnswer body;
  body.order = order;
  body.status = "created";
  body.sku = shipment.sku;
  body.quantity = shipment.quantity;
  body.shipment = name_of(order, shipment.parcels);
  return json(200, body);
}

}  // namespace

ShippingService::ShippingService(runtime::Env& env, const model::Scenario& scenario)
    : env_(env),
      server_(env, links_to("shipping"), scenario.policy),
      health_(env, scenario.target.readiness),
      answers_(env, scenario.policy.of({"order", "shipping"}).idempotency) {}

runtime::Task<bool> ShippingService::start() {
  const bool answers_loaded = co_await answers_.load();
  if (!answers_loaded) co_return false;
  runtime::Scan scan(env_, std::string(shipment_prefix));
  const auto rows = co_await scan;
  if (!rows) co_return false;
  for (const auto& [key, row] : *rows) {
    auto shipment = model::decode_json<Shipment>(row);
    if (!shipment) co_return false;
    shipments_[std::string_view(key).substr(shipment_prefix.size())] = std::move(*shipment);
  }
  co_return true;
}

runtime::Task<Response> ShippingService::handle(Request request) {
  const std::string_view path = path_of(request);
  if (path == "/ship")
    return request.method == Method::post ? ship(std::move(request))
                                          : answered(not_allowed("POST"));
  if (path.starts_with("/health/")) return health_.answer(std::move(request));
  const std::string order(last_segment(path, "/shipments/"));
  if (order.empty()) return answered(not_found());
  return answered(request.method == Method::get ? read(order) : not_allowed("GET"));
}

std::vector<record::PatternUse> ShippingService::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  answers_.collect("order -> shipping", uses);
  return uses;
}

runtime::Task<Response> ShippingService::ship(Request request) {
  auto taken = answers_.take_in<OrderLine>(request);
  if (!taken) co_return std::move(taken.error());
  const auto& [body, flight, payload_hash] = *taken;

  Shipment& shipment = shipments_[body.order];
  if (shipment.parcels > 0 && answers_.respected()) co_return refusal(409, "already_shipped");
  Shipment next = shipment;
  next.sku = body.sku;
  next.quantity = body.quantity;
  ++next.parcels;
  Response answer = shipment_answer(body.order, next);

  runtime::Batch batch;
  batch.write_class = "ship";
  batch.subject = request.index.subject;
  batch.rows.reserve(2);
  record::LedgerRow& row = add_row(batch, record::LedgerRow::Machine::shipment, body.order, "-",
                                   "created", request, payload_hash);
  row.sku = next.sku;
  row.quantity = next.quantity;
  row.shipment = name_of(body.order, next.parcels);
  batch.put(base::concat({shipment_prefix, body.order}), model::encode_json(next));
  answers_.keep(request, payload_hash, answer, batch);
  runtime::Write write(env_, std::move(batch));
  const auto written = co_await write;
  if (!written) {
    answers_.forget(request);
    co_return store_failed();
  }
  shipment = std::move(next);
  co_return answer;
}

Response ShippingService::read(const std::string& order) const {
  const Shipment* const found = shipments_.find(order);
  if (!found || found->parcels == 0) return not_found();
  return shipment_answer(order, *found);
}

}  // namespace seawall::shop
