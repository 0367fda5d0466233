#include "targets/shop/told.hpp"

#include "targets/shop/http.hpp"

namespace seawall::shop {

namespace {

using Kind = model::Told::Kind;

// Of every answer about an order, the view's inner part included.
struct Heard {
  std::string id;
  std::string status;
  std::string reason;
  std::optional<bool> accepted;
};
template <class Visitor>
void describe(Visitor& visit, Heard& heard) {
  visit.field("accepted", heard.accepted, {});
  visit.field("id", heard.id, {});
  visit.field("status", heard.status, {});
  visit.field("reason", heard.reason, {});
}

struct HeardView {
  Heard order;
  std::vector<std::string> degraded;
};
template <class Visitor>
void describe(Visitor& visit, HeardView& view) {
  visit.field("order", view.order, {});
  visit.field("degraded", view.degraded, {});
}

Kind kind_of(const Heard& heard, Method method) {
  if (heard.accepted == false) return Kind::unaccepted;
  if (heard.status == "failed") return Kind::refused;
  if (heard.status == "confirmed") return Kind::confirmed;
  if (heard.status == "pending") return method == Method::post ? Kind::accepted : Kind::other;
  if (heard.reason == "key_reused") return Kind::rejected;
  if (heard.reason == "key_in_flight") return Kind::in_flight;
  return heard.reason.empty() ? Kind::nothing : Kind::other;
}

void tell(model::Told& told, const Heard& heard, Method method) {
  told.kind = kind_of(heard, method);
  told.order = heard.id;
  told.state = heard.status;
  told.reason = heard.reason;
}

}  // namespace

model::Told told(Method method, std::string_view path, int, std::string_view body) {
  model::Told told;
  path = without_query(path);
  if (body.empty()) return told;
  // A view names what is missing; a read that a fallback answered names itself.
  if (method == Method::get)
    told.degraded = body.find("\"degraded\":[\"") != std::string_view::npos;
  if (!path.starts_with("/orders")) {
    told.kind = Kind::other;
    return told;
  }
  if (path.ends_with("/view")) {
    if (const auto view = model::decode_json<HeardView>(body)) {
      told.degraded = !view->degraded.empty();
      if (!view->order.id.empty()) {
        tell(told, view->order, method);
        return told;
      }
    }
  }
  if (const auto plain = model::decode_json<Heard>(body)) tell(told, *plain, method);
  return told;
}

std::string operation_of(const model::Request& request) {
  const std::string_view path = path_of(request);
  const bool get = request.method == Method::get;
  if (path == "/orders" && request.method == Method::post) return "place-order";
  if (get && !last_segment(path, "/orders/").empty()) return "read-order";
  if (get && path.starts_with("/orders/") && path.ends_with("/view")) return "view-order";
  if (get && !last_segment(path, "/skus/").empty()) return "read-sku";
  if (get && !last_segment(path, "/payments/").empty()) return "read-payment";
  if (get && !last_segment(path, "/shipments/").empty()) return "read-shipment";
  if (path.starts_with("/health/")) return "health";
  for (const std::string_view effect :
       {"reserve", "confirm", "release", "charge", "refund", "query", "ship"})
    if (!path.empty() && path.substr(1) == effect) return std::string(effect);
  return {};
}

}  // namespace seawall::shop
