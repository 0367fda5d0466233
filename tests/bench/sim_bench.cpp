// How fast the simulated world is: 60 s of virtual time at 200 orders/s through five services, no
// faults, as a multiple of real time on one core. Each order is a saga in small: six calls and ten
// durable writes with ledger rows.
//
//   client --> gateway --> order --+--> payment
//                                  +--> inventory
//                                  +--> shipping
//
// Run by hand: sim_bench [ROUNDS]
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>

#include "harness/runtime/service.hpp"
#include "harness/sim/world.hpp"
#include "tests/bench/machine.hpp"

namespace seawall::bench {

using namespace std::chrono_literals;
using model::Method;
using model::Request;
using model::Response;
using runtime::Env;
using runtime::Task;

constexpr auto virtual_time = 60s;
constexpr std::int64_t orders_per_second = 200;

runtime::Batch batch_of(const std::string& order, const Request& request, const char* step,
                        const char* from, const char* to) {
  runtime::Batch batch;
  batch.put("order/" + order, std::string(64, 's'));
  batch.put("log/" + order + "/" + step, to);
  batch.write_class = step;
  batch.subject = request.index.subject;
  record::LedgerRow row;
  row.machine = record::LedgerRow::Machine::order;
  row.order = order;
  row.subject = request.index.subject;
  row.from = from;
  row.to = to;
  row.key = request.idempotency_key;
  row.amount = {1999};
  batch.ledger.push_back(std::move(row));
  return batch;
}

class Service : public runtime::Service {
 public:
  explicit Service(Env& env) : env_(env) {}
  Task<bool> start() override { co_return true; }
  std::vector<record::PatternUse> patterns() const override { return {}; }

 protected:
  static Task<runtime::Result<Response>> attempt(Env& env, const char* to, Request& request) {
    runtime::Call call(env, to, std::move(request));
    auto answer = co_await call;
    co_return std::move(answer);
  }
  // A call within a deadline of its own, as a resilient client makes it.
  Task<int> ask(const char* to, const char* path, const char* operation, const Request& cause) {
    Request request(Method::post, path, cause.body);
    request.idempotency_key = cause.idempotency_key;
    request.deadline = env_.now() + 2s;
    request.index.subject = cause.index.subject;
    request.index.operation = operation;
    auto child = attempt(env_, to, request);
    const auto answer = co_await runtime::before(env_, env_.now() + 500ms, std::move(child));
    co_return answer && *answer ? (*answer)->status : 0;
  }
  Task<bool> persist(runtime::Batch batch) {
    runtime::Write write(env_, std::move(batch));
    const auto written = co_await write;
    co_return written.has_value();
  }
  Env& env_;
};

class Gateway final : public Service {
 public:
  using Service::Service;
  Task<Response> handle(Request request) override {
    const int status = co_await ask("order", "/orders", "place", request);
    Response response(status,
                      "{\"status\":\"confirmed\",\"id\":\"" + request.idempotency_key + "\"}");
    co_return response;
  }
};

class Order final : public Service {
 public:
  using Service::Service;
  Task<Response> handle(Request request) override {
    const std::string id = "o-" + request.idempotency_key;
    for (const auto& [to, path, operation] : {std::tuple{"inventory", "/reserve", "reserve"},
                                              std::tuple{"payment", "/charge", "charge"},
                                              std::tuple{"inventory", "/confirm", "confirm"},
                                              std::tuple{"shipping", "/ship", "ship"}}) {
      auto intent = batch_of(id, request, operation, "-", operation);
      co_await persist(std::move(intent));
      const int status = co_await ask(to, path, operation, request);
      if (status != 200) co_return Response(503);
    }
    auto last = batch_of(id, request, "completed", "-", "completed");
    co_await persist(std::move(last));
    Response response(201, "{\"status\":\"confirmed\",\"id\":\"" + id + "\"}");
    co_return response;
  }
};

class Leaf final : public Service {
 public:
  using Service::Service;
  Task<Response> handle(Request request) override {
    auto effect = batch_of("o-" + request.idempotency_key, request, "effect", "-", "held");
    co_await persist(std::move(effect));
    Response response(200, "{\"status\":\"done\"}");
    co_return response;
  }
};

template <class Kind>
runtime::Node node(const char* name) {
  model::Capacity capacity;
  capacity.workers = 8;
  capacity.service_time = 2ms;
  return {name, capacity, [](Env& env) { return std::make_unique<Kind>(env); }};
}

runtime::Target chain() {
  runtime::Target target;
  target.nodes = {node<Leaf>("payment"), node<Leaf>("inventory"), node<Leaf>("shipping"),
                  node<Order>("order"), node<Gateway>("gateway")};
  target.links = {{"client", "gateway"},
                  {"gateway", "order"},
                  {"order", "payment"},
                  {"order", "inventory"},
                  {"order", "shipping"}};
  target.told = [](model::Method, std::string_view, int status, std::string_view) {
    model::Told told;
    told.kind = status == 201 ? model::Told::Kind::confirmed : model::Told::Kind::other;
    return told;
  };
  return target;
}

Task<> place(Env& env, std::int64_t number, std::int64_t* confirmed) {
  Request request(Method::post, "/orders", R"({"customer":"c-17","sku":"sku-1","quantity":2})");
  request.idempotency_key = "5c1f0b1e-7f6a-4c55-9d4e-" + std::to_string(100'000'000'000 + number);
  request.deadline = env.now() + 5s;
  request.index.subject = {base::Subject::Kind::order, static_cast<std::uint64_t>(number)};
  request.index.operation = "place-order";
  runtime::Call call(env, "gateway", std::move(request));
  const auto answer = co_await call;
  if (answer && answer->status == 201) ++*confirmed;
  co_return runtime::Unit{};
}

Task<> load(Env& env, std::int64_t* confirmed) {
  constexpr auto gap = std::chrono::nanoseconds(1s) / orders_per_second;
  for (std::int64_t i = 1; i <= orders_per_second * virtual_time.count(); ++i) {
    runtime::Sleep sleep(env, base::TimePoint{} + i * gap);
    co_await sleep;
    env.spawn(place(env, i, confirmed));
  }
  co_return runtime::Unit{};
}

// The multiple of real time of one run. Processor time, because other programs may share the core.
double round(bool tell) {
  const runtime::Target target = chain();
  runtime::WorldSetup setup;
  setup.target = &target;
  std::int64_t confirmed = 0;
  record::Record record;
  const std::clock_t began = std::clock();
  {
    sim::World world(setup);
    if (!world.start()) return 0;
    world.drive([&](Env& env) { return load(env, &confirmed); });
    world.advance(base::TimePoint{} + virtual_time + 1s);
    world.finish(record);
  }
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  if (tell)
    std::printf("%lld orders confirmed, %zu calls, %zu ledger rows\n",
                static_cast<long long>(confirmed), record.exchanges.size(), record.ledger.size());
  return std::chrono::duration<double>(virtual_time).count() / took;
}

}  // namespace seawall::bench

int main(int argc, char** argv) {
  int rounds = 5;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), rounds);
  double best = 0;
  for (int i = 0; i < rounds; ++i) {
    const double ratio = seawall::bench::round(i == 0);
    std::printf("round %d: %.0f x real time\n", i + 1, ratio);
    best = std::max(best, ratio);
  }
  std::printf("best: 60 s at 200 orders/s, five services: %.0f x real time on one core of %s\n",
              best, seawall::bench::machine().c_str());
  return best > 0 ? 0 : 1;
}
