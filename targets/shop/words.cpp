// The words of the shop: services, links, requests, defaults. Its presets are in presets.cpp.
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

using namespace std::chrono_literals;
using model::Template;
using Part = model::Template::Part;

void add_text(Template& to, std::string text) {
  Part part;
  part.text = std::move(text);
  to.parts.push_back(std::move(part));
}

void add_uuid(Template& to) {
  Part part;
  part.kind = Part::Kind::uuid;
  to.parts.push_back(std::move(part));
}

void add_integer(Template& to, std::int64_t least, std::int64_t most, bool whole_value) {
  Part part;
  part.kind = Part::Kind::integer;
  part.least = least;
  part.most = most;
  part.whole_value = whole_value;
  to.parts.push_back(std::move(part));
}

void add_sku(Template& to) {
  Part part;
  part.kind = Part::Kind::pick;
  for (const auto& [sku, pieces] : stock()) part.choices.push_back(sku);
  to.parts.push_back(std::move(part));
}

void add_saved_order(Template& to) {
  Part part;
  part.kind = Part::Kind::saved;
  part.text = "order_id";
  to.parts.push_back(std::move(part));
}

model::RequestSpec place_order() {
  model::RequestSpec request;
  request.name = "place-order";
  request.method = model::Method::post;
  add_text(request.path, "/orders");
  Template key;
  add_uuid(key);
  request.headers.emplace_back("Idempotency-Key", std::move(key));
  add_text(request.body, R"({"customer":"c-)");
  add_integer(request.body, 1, 500, false);
  add_text(request.body, R"(","sku":")");
  add_sku(request.body);
  add_text(request.body, R"(","quantity":)");
  add_integer(request.body, 1, 3, true);
  add_text(request.body, "}");
  request.expect.status = {201, 202, 402, 409};
  request.save["order_id"] = "$.id";
  return request;
}

model::RequestSpec read_order() {
  model::RequestSpec request;
  request.name = "read-order";
  add_text(request.path, "/orders/");
  add_saved_order(request.path);
  request.expect.status = {200};
  return request;
}

model::RequestSpec view_order() {
  model::RequestSpec request = read_order();
  request.name = "view-order";
  add_text(request.path, "/view");
  return request;
}

model::RequestSpec read_sku() {
  model::RequestSpec request;
  request.name = "read-sku";
  add_text(request.path, "/skus/");
  add_sku(request.path);
  request.expect.status = {200};
  return request;
}

// As the gateway and the saga of the orders name their calls. A client may ask the gateway for
// whatever operation_of() has a name for, if only to be told that it is not there.
std::map<base::Link, std::vector<std::string>> operations() {
  return {{{"client", "gateway"},
           {"place-order", "read-order", "view-order", "read-sku", "read-payment", "read-shipment",
            "health", "reserve", "confirm", "release", "charge", "refund", "query", "ship"}},
          {{"gateway", "order"}, {"place-order", "read-order", "health"}},
          {{"gateway", "payment"}, {"read-payment", "health"}},
          {{"gateway", "inventory"}, {"read-sku", "health"}},
          {{"gateway", "shipping"}, {"read-shipment", "health"}},
          {{"order", "inventory"}, {"reserve", "confirm", "release", "query"}},
          {{"order", "payment"}, {"charge", "refund", "query"}},
          {{"order", "shipping"}, {"ship"}}};
}

// Those of an order are the states of its saga, and the intents that are logged alone.
std::map<std::string, std::vector<std::string>> write_classes() {
  return {{"gateway", {}},
          {"order",
           {"saga.pending", "saga.reserved", "saga.charged", "saga.confirmed", "saga.completed",
            "saga.compensating", "saga.failed", "saga.parked", "saga.dead_letter", "saga.reserve",
            "saga.charge", "saga.confirm", "saga.ship", "saga.release", "saga.refund"}},
          {"payment", {"capture", "refund", "decline", "tombstone"}},
          {"inventory", {"reserve", "confirm", "release", "refuse", "tombstone"}},
          {"shipping", {"ship"}}};
}

}  // namespace

std::vector<std::string> services() {
  return {"gateway", "order", "payment", "inventory", "shipping"};
}

std::vector<base::Link> links() {
  return {{"client", "gateway"},    {"gateway", "order"},    {"gateway", "payment"},
          {"gateway", "inventory"}, {"gateway", "shipping"}, {"order", "inventory"},
          {"order", "payment"},     {"order", "shipping"}};
}

std::vector<base::Link> links_to(std::string_view service) {
  std::vector<base::Link> to = links();
  std::erase_if(to, [service](const base::Link& link) { return link.to != service; });
  return to;
}

std::vector<model::RequestSpec> requests() {
  return {place_order(), read_order(), view_order(), read_sku()};
}

std::map<std::string, model::Capacity> capacity() {
  std::map<std::string, model::Capacity> capacity;
  for (const std::string& service : services()) capacity[service] = {};
  capacity["payment"].workers = 4;
  capacity["payment"].service_time = 20ms;
  return capacity;
}

std::map<std::string, std::int64_t> stock() { return {{"sku-1", 1'000'000}, {"sku-2", 1'000'000}}; }

void add_words(model::Vocabulary& vocabulary) {
  vocabulary.services = services();
  vocabulary.links = links();
  vocabulary.operations = operations();
  vocabulary.write_classes = write_classes();
  vocabulary.requests = requests();
  vocabulary.presets = presets();
  vocabulary.capacity = capacity();
  vocabulary.stock = stock();
}

}  // namespace seawall::shop
