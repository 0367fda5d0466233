// The presets: what the patterns of every link are set to, and how sagas are carried through,
// before a file says otherwise.
//
//   field                            good practice
//   none                             no pattern at all
//   resilience4j-like, polly-like    the defaults of these libraries, in our semantics
//   seed-000, seed-002, seed-003     code that is often copied, with its bugs: exhibits
#include "targets/shop/shop.hpp"

namespace seawall::shop {

namespace {

using namespace std::chrono_literals;
using Machine = model::CircuitBreaker::Machine;

constexpr auto parts = std::to_array<const char*>({"inventory", "payment", "shipping"});

// What is good practice: the defaults of the structures, and here what differs by link.
model::LinkPolicy guarded() {
  model::LinkPolicy policy;
  policy.timeout.emplace();
  policy.circuit_breaker.emplace();
  policy.bulkhead.emplace();
  return policy;
}

model::LinkPolicy to_order() {
  model::LinkPolicy policy = guarded();
  policy.timeout->attempt = 2500ms;
  policy.timeout->total = 2500ms;
  policy.circuit_breaker->ignore = {"4xx", "503"};  // a failed saga is an answer, not a failure
  policy.bulkhead->max_concurrent = 64;             // a permit is held for a whole saga
  policy.idempotency.emplace();
  return policy;
}

model::LinkPolicy for_reads() {
  model::LinkPolicy policy = guarded();
  policy.timeout->attempt = 300ms;
  policy.timeout->total = 1s;
  policy.retry.emplace();
  policy.retry_budget.emplace();
  policy.bulkhead->max_concurrent = 10;
  policy.fallback.emplace();
  return policy;
}

model::LinkPolicy for_steps() {
  model::LinkPolicy policy = guarded();
  policy.retry.emplace();
  policy.retry_budget.emplace();
  policy.idempotency.emplace();
  return policy;
}

model::Preset field() {
  model::Preset preset;
  preset.policy.preset = "field";
  auto& links = preset.policy.links;
  links[{"gateway", "order"}] = to_order();
  for (const char* part : parts) {
    links[{"gateway", part}] = for_reads();
    links[{"order", part}] = for_steps();
  }
  return preset;
}

model::Preset none() {
  model::Preset preset;
  preset.policy.preset = "none";
  return preset;
}

// The same for every call of a service to another. What it is that a callee does with keys, is the
// shop's, and no library's.
model::Preset everywhere(std::string name, model::LinkPolicy policy) {
  model::Preset preset;
  preset.policy.preset = std::move(name);
  policy.idempotency.emplace();
  auto& links = preset.policy.links;
  links[{"gateway", "order"}] = policy;
  for (const char* part : parts) {
    links[{"gateway", part}] = policy;
    links[{"order", part}] = policy;
  }
  return preset;
}

// resilience4j.readme.io (2.x): CircuitBreaker, Retry, Bulkhead and TimeLimiter as they are without
// a configuration. Retry stands outside of the others, and a call has no total deadline; the one
// here is what three attempts and their waits take. Our breaker closes when all probes succeed,
// theirs at the same rate of failures at which it opens.
model::Preset resilience4j_like() {
  model::LinkPolicy policy;
  model::Timeout& timeout = policy.timeout.emplace();
  timeout.attempt = 1s;
  timeout.total = 4s;
  timeout.connect = 1s;
  timeout.min_remaining = 0s;
  timeout.propagate_deadline = false;
  model::Retry& retry = policy.retry.emplace();
  retry.max_attempts = 3;
  retry.initial_interval = retry.max_interval = 500ms;
  retry.jitter = model::Retry::Jitter::none;
  retry.idempotent_only = false;
  retry.respect_retry_after = false;
  retry.retry_when_open = true;
  model::CircuitBreaker& breaker = policy.circuit_breaker.emplace();
  breaker.size = 100;
  breaker.minimum_calls = 100;
  breaker.failure_rate = base::Share::percent(50);
  breaker.slow_call = 60s;
  breaker.slow_call_rate = base::Share::percent(100);
  breaker.open_for = 60s;
  breaker.half_open_calls = 10;
  breaker.half_open_max_wait.reset();
  model::Bulkhead& bulkhead = policy.bulkhead.emplace();
  bulkhead.max_concurrent = 25;
  return everywhere("resilience4j-like", policy);
}

// pollydocs.org (8.x): the strategies as they are without options, in the order and with the two
// timeouts of the standard resilience handler of Microsoft.Extensions.Http.Resilience, whose
// concurrency limit of 1,000 is no more than a number here.
model::Preset polly_like() {
  model::LinkPolicy policy;
  model::Timeout& timeout = policy.timeout.emplace();
  timeout.attempt = 10s;
  timeout.total = 30s;
  timeout.connect = 10s;
  timeout.min_remaining = 0s;
  timeout.propagate_deadline = false;
  model::Retry& retry = policy.retry.emplace();
  retry.max_attempts = 4;  // three retries
  retry.initial_interval = retry.max_interval = 2s;
  retry.jitter = model::Retry::Jitter::none;
  retry.retry_on = {"connect", "reset", "timeout", "408", "429", "5xx"};
  retry.idempotent_only = false;
  model::CircuitBreaker& breaker = policy.circuit_breaker.emplace();
  breaker.window = model::CircuitBreaker::Window::time;
  breaker.window_time = 30s;
  breaker.minimum_calls = 100;
  breaker.failure_rate = base::Share::percent(10);
  breaker.slow_call_rate.reset();
  breaker.open_for = 5s;
  breaker.half_open_calls = 1;
  breaker.half_open_max_wait.reset();
  return everywhere("polly-like", policy);
}

// For each read, and for each of three tries.
model::Timeout five_seconds(base::Duration connect) {
  model::Timeout timeout;
  timeout.attempt = 5s;
  timeout.connect = connect;
  timeout.min_remaining = 0s;
  timeout.propagate_deadline = false;
  timeout.per_read = true;
  return timeout;
}

// Of every error, and without jitter.
model::Retry three_tries(base::Duration initial, double multiplier, base::Duration most) {
  model::Retry retry;
  retry.max_attempts = 3;
  retry.initial_interval = initial;
  retry.multiplier = multiplier;
  retry.max_interval = most;
  retry.jitter = model::Retry::Jitter::none;
  retry.retry_on = {"connect", "reset", "timeout", "4xx", "5xx"};
  retry.idempotent_only = false;
  retry.respect_retry_after = false;
  return retry;
}

// Every answer but a good one is a failure.
model::CircuitBreaker by_hand(Machine machine, std::int64_t successes_to_close) {
  model::CircuitBreaker breaker;
  breaker.machine = machine;
  breaker.consecutive_failures = 5;
  breaker.open_for = 30s;
  breaker.half_open_calls = successes_to_close;
  breaker.half_open_max_wait.reset();
  breaker.ignore = {};
  return breaker;
}

// A semaphore: who finds no permit waits for one, however long that takes.
model::Bulkhead semaphore(std::int64_t permits) {
  model::Bulkhead bulkhead;
  bulkhead.max_concurrent = permits;
  bulkhead.max_wait = 1h;
  bulkhead.max_queue = 1'000'000;
  return bulkhead;
}

// A list of the steps that are through, in the memory of a request.
model::Saga saga_of_completed_steps() {
  model::Saga saga;
  saga.log = model::Saga::Log::memory;
  saga.in_doubt = model::Saga::InDoubt::assume_not_done;
  saga.compensate = model::Saga::Compensate::unless_refused;
  saga.compensation_max_attempts = 1;
  saga.given_up = model::Saga::GivenUp::failed;
  saga.pivot = model::Saga::Pivot::confirm;
  saga.outlives_client = false;
  saga.recovery = false;
  return saga;
}

// 000 and 002: how order calls the others. Only payment stands behind a breaker; keys are unknown.
void add_steps(model::Policy& policy, Machine machine, base::Duration connect) {
  for (const char* part : parts) policy.links[{"order", part}].timeout = five_seconds(connect);
  model::LinkPolicy& payment = policy.links[{"order", "payment"}];
  payment.circuit_breaker = by_hand(machine, 2);
  payment.bulkhead = semaphore(10);
  policy.links[{"order", "inventory"}].bulkhead = semaphore(20);
}

// The gateway has one breaker, a library's, for all that it calls.
model::Preset seed_000() {
  model::Preset preset;
  model::Policy& policy = preset.policy;
  policy.preset = "seed-000";
  policy.breaker_scope = model::Policy::BreakerScope::caller;
  add_steps(policy, Machine::seed_000, 5s);
  model::LinkPolicy of_gateway;
  of_gateway.timeout = five_seconds(5s);
  of_gateway.circuit_breaker = by_hand(Machine::library, 1);
  policy.links[{"gateway", "order"}] = of_gateway;
  of_gateway.retry = three_tries(1s, 2.0, 10s);
  for (const char* part : parts) policy.links[{"gateway", part}] = of_gateway;
  preset.saga = saga_of_completed_steps();
  preset.reserve = model::Target::Reserve::check_then_act;
  preset.gateway = model::Target::Gateway::nulls;
  preset.readiness = model::Target::Readiness::shared;
  return preset;
}

// The gateway's breaker stands before order alone.
model::Preset seed_002() {
  model::Preset preset;
  model::Policy& policy = preset.policy;
  policy.preset = "seed-002";
  add_steps(policy, Machine::seed_002, 2s);
  model::LinkPolicy& to_order = policy.links[{"gateway", "order"}];
  to_order.timeout = five_seconds(5s);
  to_order.circuit_breaker = by_hand(Machine::library, 1);
  model::LinkPolicy for_reads;
  for_reads.timeout = five_seconds(2s);
  for_reads.retry = three_tries(2s, 1.0, 10s);
  for (const char* part : parts) policy.links[{"gateway", part}] = for_reads;
  preset.saga = saga_of_completed_steps();
  preset.reserve = model::Target::Reserve::check_then_act;
  preset.gateway = model::Target::Gateway::raises;
  return preset;
}

// Its deadlines are total ones of an attempt, and it repeats whatever it calls. As it is written no
// saga gets the data of its order (`saga.arguments = "none"`); that much is repaired here.
model::Preset seed_003() {
  model::LinkPolicy policy;
  model::Timeout& timeout = policy.timeout.emplace(five_seconds(5s));
  timeout.per_read = false;
  timeout.total = 18s;  // three attempts and three waits
  model::Retry& retry = policy.retry.emplace(three_tries(1s, 1.0, 1s));
  retry.exhausted = model::Retry::Exhausted::wait_and_forget;
  model::Preset preset;
  preset.policy.preset = "seed-003";
  preset.policy.links[{"gateway", "*"}] = policy;
  preset.policy.links[{"order", "*"}] = policy;
  preset.saga.log = model::Saga::Log::memory;
  preset.saga.compensation_max_attempts = 1;
  preset.saga.given_up = model::Saga::GivenUp::failed;
  preset.saga.arguments = model::Saga::Arguments::shifted;
  preset.saga.recovery = false;
  return preset;
}

}  // namespace

std::map<std::string, model::Preset> presets() {
  std::map<std::string, model::Preset> presets;
  for (model::Preset& preset : std::array{field(), none(), resilience4j_like(), polly_like(),
                                          seed_000(), seed_002(), seed_003()})
    presets.emplace(preset.policy.preset, std::move(preset));
  return presets;
}

}  // namespace seawall::shop
