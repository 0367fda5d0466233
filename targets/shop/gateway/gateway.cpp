#include "targets/shop/gateway/gateway.hpp"

#include <array>
#include <deque>

#include "harness/base/text.hpp"
#include "targets/shop/gateway/seed_answers.hpp"
#include "targets/shop/shop.hpp"
#include "targets/shop/told.hpp"

namespace seawall::shop {

namespace {

using resilience::CallClass;
using resilience::Outcome;

Request on_behalf_of(const Request& caller, Method method, std::string path,
                     std::string_view operation) {
  Request request(method, std::move(path));
  request.deadline = caller.deadline;
  request.trace = caller.trace;
  request.index.subject = caller.index.subject;
  request.index.operation = operation;
  request.index.label = caller.index.label;
  return request;
}

// The call was made and nothing of use came back.
Response came_to_nothing(const Outcome& outcome) {
  const bool late = outcome.failure == model::Failure::timed_out;
  return refusal(late ? 504 : 502, late ? "timeout" : "no_answer");
}

// Whether a read came to nothing: no answer, or one that says so.
bool is_missing(const Outcome& outcome) {
  if (!outcome.response) return true;
  return outcome.response->status >= 500 || outcome.response->status == 429;
}

// An answer that is not what was asked for, and says so where it is to: as a member of the object.
Response in_place_of(std::string_view part, resilience::Substitute substitute, bool marked) {
  Response response(200, std::move(substitute.body));
  const auto age = std::chrono::floor<std::chrono::seconds>(substitute.age);
  response.headers.emplace_back("Age", std::to_string(age.count()));
  const std::size_t end = response.body.rfind('}');
  if (!marked || end == std::string::npos) return response;
  const std::size_t last = response.body.find_last_not_of(" \t\r\n", end - 1);
  std::string member(last != std::string::npos && response.body[last] == '{' ? "" : ",");
  member.append("\"degraded\":[\"").append(part).append("\"]");
  response.body.insert(end, member);
  return response;
}

std::string unavailable(const resilience::Client& client) {
  return client.link().to + "_unavailable";
}

// Tells whose the answer is: "accepted": false is the order service's word for one copy of the
// request, which says nothing when another copy was sent before.
bool speaks_for_all(const Outcome& outcome, const model::Told& told) {
  return told.kind != model::Told::Kind::unaccepted || outcome.attempts == 1;
}

}  // namespace

// One part of the view: null, until it has been fetched.
struct Gateway::Part {
  Part(runtime::Env& env, std::string n, resilience::Client& c, std::string p, std::string o)
      : name(std::move(n)), client(c), path(std::move(p)), operation(std::move(o)), fetched(env) {}
  std::string name;
  resilience::Client& client;
  std::string path;
  std::string operation;
  std::string json = "null";
  std::string exception;  // that it came to
  bool done = false;
  bool missing = false;   // it could not be had
  bool replaced = false;  // by the fallback of its link
  runtime::Notification fetched;
};

SeedPart Gateway::as_seen(const Part& part) { return {part.name, part.json, part.exception}; }

struct Gateway::Probe {
  Probe(runtime::Env& env, std::string n) : node(std::move(n)), answered(env) {}
  std::string node;
  std::string state;
  runtime::Notification answered;
};

Gateway::Gateway(runtime::Env& env, const model::Scenario& scenario)
    : env_(env),
      server_(env, links_to("gateway"), scenario.policy),
      health_(env, scenario.target.readiness),
      answers_(scenario.target.gateway),
      instances_(scenario.target.instances),
      clients_(env, scenario, "gateway", {"order", "payment", "shipping", "inventory"}),
      order_(clients_.to("order")),
      payment_(clients_.to("payment")),
      shipping_(clients_.to("shipping")),
      inventory_(clients_.to("inventory")) {}

runtime::Task<bool> Gateway::start() { co_return true; }

runtime::Task<Response> Gateway::handle(Request request) {
  const std::string_view path = path_of(request);
  const bool get = request.method == Method::get;
  if (path == "/orders")
    return request.method == Method::post ? place(std::move(request))
                                          : answered(not_allowed("POST"));
  if (path == "/health/ready") return get ? ready() : answered(not_allowed("GET"));
  if (path == "/health/live") return health_.answer(std::move(request));
  const bool one_order = !last_segment(path, "/orders/").empty();
  const bool one_view = path.starts_with("/orders/") && path.ends_with("/view");
  const bool one_sku = !last_segment(path, "/skus/").empty();
  if (!one_order && !one_view && !one_sku) return answered(not_found());
  if (!get) return answered(not_allowed("GET"));
  if (one_order) return read(std::move(request), order_, "order");
  if (one_sku) return read(std::move(request), inventory_, "sku");
  return view(std::move(request));
}

std::vector<record::PatternUse> Gateway::patterns() const {
  std::vector<record::PatternUse> uses;
  server_.collect(uses);
  clients_.collect(uses);
  return uses;
}

runtime::Task<Response> Gateway::place(Request request) {
  Request forwarded = on_behalf_of(request, Method::post, "/orders", "place-order");
  forwarded.body = std::move(request.body);
  forwarded.idempotency_key = std::move(request.idempotency_key);
  Outcome outcome = co_await order_.call(std::move(forwarded));

  if (answers_ == Answers::raises) co_return seed_placed(std::move(outcome));
  if (outcome.call_class == CallClass::not_sent) co_return not_accepted(unavailable(order_));
  if (!outcome.response) co_return came_to_nothing(outcome);
  const bool busy = outcome.response->status == 429;
  if (outcome.response->status < 500 && !busy) co_return std::move(*outcome.response);
  const model::Told heard =
      told(request.method, request.path, outcome.response->status, outcome.response->body);
  if (heard.kind == model::Told::Kind::nothing && !busy) co_return refusal(502, "bad_answer");
  if (!speaks_for_all(outcome, heard)) co_return refusal(502, "no_answer");
  co_return std::move(*outcome.response);
}

runtime::Task<Response> Gateway::read(Request request, resilience::Client& client,
                                      const char* part) {
  const std::string path = request.path;
  Request forwarded =
      on_behalf_of(request, Method::get, std::move(request.path), base::concat({"read-", part}));
  Outcome outcome = co_await client.call(std::move(forwarded));
  if (is_missing(outcome)) {
    auto substitute = client.substitute(path, part, request.index.subject);
    if (substitute) co_return in_place_of(part, std::move(*substitute), client.marks_degraded());
  }
  if (outcome.response) co_return std::move(*outcome.response);
  if (outcome.call_class == CallClass::not_sent) co_return refusal(503, unavailable(client));
  co_return came_to_nothing(outcome);
}

runtime::Task<Response> Gateway::view(Request request) {
  constexpr std::string_view prefix = "/orders/";
  const std::string_view path = path_of(request);
  const std::string id(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  Part order(env_, "order", order_, "/orders/" + id, "read-order");
  Part payment(env_, "payment", payment_, "/payments/" + id, "read-payment");
  Part shipment(env_, "shipment", shipping_, "/shipments/" + id, "read-shipment");
  runtime::Scope side_by_side;  // ends before the parts
  side_by_side.spawn(fetch(payment, request));
  side_by_side.spawn(fetch(shipment, request));
  co_await fetch(order, request);
  if (answers_ != Answers::truthful) {
    for (Part* part : {&payment, &shipment})
      while (!part->done) co_await part->fetched.wait(base::TimePoint::max());
    const std::array parts{as_seen(order), as_seen(payment), as_seen(shipment)};
    co_return seed_view(answers_, parts);
  }
  if (order.missing) co_return refusal(503, unavailable(order_));
  if (order.json == "null") co_return not_found();

  std::string body("{\"order\":");
  body += order.json;
  std::string degraded;
  if (order.replaced && order_.marks_degraded()) degraded = "\"order\"";
  for (Part* part : {&payment, &shipment}) {
    while (!part->done) co_await part->fetched.wait(base::TimePoint::max());
    if (part->missing && !part->client.falls_back(part->name, request.index.subject))
      co_return refusal(503, unavailable(part->client));
    body.append(",\"").append(part->name).append("\":").append(part->json);
    const bool whole = !part->missing && !part->replaced;
    if (whole || !part->client.marks_degraded()) continue;
    degraded.append(degraded.empty() ? "\"" : ",\"").append(part->name).append("\"");
  }
  body.append(",\"degraded\":[").append(degraded).append("]}");
  co_return Response(200, std::move(body));
}

// A part that does not exist (yet) is null like one that could not be had, but not missing.
runtime::Task<> Gateway::fetch(Part& part, const Request& request) {
  Request forwarded = on_behalf_of(request, Method::get, part.path, part.operation);
  const Outcome outcome = co_await part.client.call(std::move(forwarded));
  const bool answered = outcome.response.has_value();
  const bool absent = answered && outcome.response->status == 404;
  if (outcome.ok()) {
    part.json = outcome.response->body;
  } else {
    part.missing = !absent;
    part.exception = exception_of(outcome);
  }
  if (part.missing) {
    auto substitute = part.client.substitute(part.path, part.name, request.index.subject);
    part.replaced = substitute.has_value();
    part.missing = !substitute;
    if (substitute) part.json = std::move(substitute->body);
  }
  part.done = true;
  part.fetched.notify_all();
  co_return {};
}

runtime::Task<Response> Gateway::ready() {
  std::deque<Probe> probes;
  for (const char* service : {"order", "payment", "shipping", "inventory"})
    for (std::string& node : instances_.nodes_of(service))
      probes.emplace_back(env_, std::move(node));
  runtime::Scope side_by_side;  // ends before the probes
  Health health;
  for (Probe& one : probes) side_by_side.spawn(probe(one));
  for (Probe& one : probes) {
    while (one.state.empty()) co_await one.answered.wait(base::TimePoint::max());
    health_.hear(health, one.node, one.state);
  }
  co_return health_.tell(health);
}

runtime::Task<> Gateway::probe(Probe& probe) {
  Request question(Method::get, "/health/ready");
  question.deadline = health_.patience();
  question.index.operation = "health";
  runtime::Call call(env_, probe.node, std::move(question));
  const auto answer = co_await call;
  if (!answer)
    probe.state = model::name_of(answer.error());
  else
    probe.state = answer->status == 200 ? "ready" : "not ready";
  probe.answered.notify_all();
  co_return {};
}

}  // namespace seawall::shop
