#include "example_run.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

using record::Event;
using record::Finding;
using Kind = Finding::Kind;
using Status = Finding::Status;

constexpr base::TimePoint zero{1000s};

model::Scenario example_scenario() {
  model::Scenario scenario;
  scenario.meta.name = "shop/slow-payment";
  scenario.variant = "no-breaker";
  scenario.run.seed = 42;
  scenario.target.mode = model::Mode::sim;
  scenario.comparison_hash = 0x0123'4567'89ab'cdef;
  scenario.redact_headers = {"X-Api-Key"};
  scenario.resolved =
      "schema = 1\n[scenario]\nname = \"shop/slow-payment\"\n[load.request]\n"
      "headers = { Authorization = \"Bearer canary-1\", X-Api-Key = 'canary-2' }\n";
  model::Fault slow;
  slow.name = "payment-slow";
  slow.type = "latency";
  slow.latency = 400ms;
  slow.link = base::Link{"order", "payment"};
  slow.must_hit.count = 100;
  model::Fault drop;
  drop.name = "lost-replies";
  drop.type = "drop_reply";
  drop.node = "payment";
  drop.must_hit.share = base::Share::percent(90);
  scenario.faults = {slow, drop};
  return scenario;
}

Finding finding(Kind kind, Status status, std::string name, std::string value, std::string limit,
                std::string why) {
  Finding made;
  made.kind = kind;
  made.status = status;
  made.name = std::move(name);
  made.value = std::move(value);
  made.limit = std::move(limit);
  made.why = std::move(why);
  return made;
}

record::Verdict example_verdict() {
  record::Verdict verdict;
  verdict.exit = 1;
  Finding settled = finding(
      Kind::invariant, Status::broken, "every-saga-settled", "5 open", "",
      "An order that has begun must come to its end; these were still open 30 s after the load had "
      "ended, so their customers know nothing and their stock is held.");
  settled.id = "B1";
  settled.orders = {"o-4711", "o-4719", "o-5230"};
  settled.offending = 5;
  settled.exercised = 4'502;
  Finding charge = finding(Kind::invariant, Status::held, "no-double-charge", "", "", "");
  charge.id = "A1";
  charge.exercised = 4'502;
  Finding recovery =
      finding(Kind::slo, Status::held, "recovery after payment-slow", "1.0 s", "<= 6 s", "");
  recovery.phase = "after payment-slow";
  verdict.findings = {
      charge,
      settled,
      recovery,
      finding(Kind::slo, Status::broken, "p99(place-order) <= 400 ms", "1.25 s", "<= 400 ms",
              "99 of 100 orders were answered within 1.25 s."),
      finding(Kind::fault, Status::inconclusive, "lost-replies", "acted on 0 of 0", "90%",
              "No call reached the link while it was armed, so the run proves nothing about it."),
      finding(Kind::pattern, Status::not_exercised, "bulkhead", "", "", "It never refused a call."),
      finding(Kind::slo, Status::not_applicable, "errors during partition", "", "",
              "This variant has no fault of that name."),
      finding(Kind::load, Status::held, "default", "late p99 0.1 ms", "<= 5 ms", ""),
  };
  return verdict;
}

record::Exchange order_at(base::Duration intended, base::Duration latency, bool expected) {
  record::Exchange exchange;
  exchange.observer = record::Exchange::Observer::client;
  exchange.request_name = "place-order";
  exchange.intended = exchange.sent = zero + intended;
  exchange.ended = exchange.intended + latency;
  exchange.expected = expected;
  return exchange;
}

Event event(base::Duration at, Event::Kind kind, std::string where, std::string name,
            std::string what) {
  Event made;
  made.t = zero + at;
  made.kind = kind;
  made.where = std::move(where);
  made.name = std::move(name);
  made.what = std::move(what);
  return made;
}

record::Record example_record() {
  record::Record record;
  record.time_zero = zero;
  record.warmup_start = zero - 3s;
  record.load_end = zero + 30s;
  record.end = zero + 62s + 345ms;
  for (int i = 0; i < 100; ++i)
    record.history.push_back(order_at(i * 20ms, base::Duration(i + 1) * 1'000'000, i % 50 != 0));
  record.history.push_back(order_at(-1s, 5s, true));   // of the warm-up: in no number
  record.history.push_back(order_at(30s, 5s, false));  // after the load
  record::Exchange open = order_at(29s, 0ms, false);
  open.ended = {};
  record.history.push_back(open);
  record.events = {
      event(-3s, Event::Kind::phase, "", "warmup", ""),
      event(10s, Event::Kind::fault, "", "payment-slow", "armed"),
      event(11'400ms, Event::Kind::breaker, "order -> payment", "", "closed open"),
      event(0s, Event::Kind::phase, "", "load", ""),
  };
  Event hit = event(10'500ms, Event::Kind::hit, "order -> payment", "payment-slow", "");
  hit.subject = {base::Subject::Kind::order, 1'503};
  hit.value = 400'000'000;
  record.events.push_back(hit);
  record::FaultUse slow;
  slow.name = "payment-slow";
  slow.reached = slow.hit = 213;
  slow.calls = 220;
  slow.shielded = 911;
  record::FaultUse drop;
  drop.name = "lost-replies";
  record.faults = {slow, drop};
  record.patterns = {{"circuit_breaker", "order -> payment", 911, 20, 20, 3}};
  record::LoadUse load;
  load.name = "default";
  load.planned = load.sent = 4'502;
  load.lateness_p99 = 100us;
  load.lateness_limit = 5ms;
  record.loads = {load};
  record.sort();
  return record;
}

}  // namespace

ExampleRun::ExampleRun()
    : scenario(example_scenario()),
      record(example_record()),
      verdict(example_verdict()),
      facts{"2025-11-21T09:53:00Z",
            "2 cores, Linux x86_64",
            {{"compiler", "g++ 12.2"}, {"seawall", "0.1.0"}}} {}

}  // namespace seawall::reports
