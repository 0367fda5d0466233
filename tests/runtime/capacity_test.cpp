#include "harness/runtime/capacity.hpp"

#include <map>
#include <optional>
#include <string>

#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::runtime::test {

namespace {

// Answers after `work`; knows how many of its handlers run.
class Slow final : public Service {
 public:
  Slow(Env& env, Duration work) : env_(env), work_(work) {}
  Task<bool> start() override { co_return true; }
  Task<Response> handle(Request) override {
    ++running;
    Sleep sleep(env_, env_.now() + work_);
    co_await sleep;
    --running;
    co_return Response(200);
  }
  std::vector<record::PatternUse> patterns() const override { return {}; }
  int running = 0;

 private:
  Env& env_;
  Duration work_;
};

struct Bench {
  explicit Bench(const model::Capacity& settings, Duration work = 0ms)
      : service(loop, work), capacity(loop, "payment", settings) {}

  void send(int id, Duration deadline = 1s, std::string path = "/charge") {
    Request request(model::Method::post, std::move(path));
    request.deadline = loop.now() + deadline;
    scope.spawn(serve(id, std::move(request)));
  }
  Task<> serve(int id, Request request) {
    auto response = co_await capacity.serve(service, std::move(request));
    answered[id] = loop.now();
    status[id] = response.status;
    if (response.status == 503) refusals.push_back(std::move(response));
    co_return Unit{};
  }

  Loop loop;
  Slow service;
  Capacity capacity;
  std::map<int, TimePoint> answered;
  std::map<int, int> status;
  std::vector<Response> refusals;
  Scope scope;
};

model::Capacity settings(std::int64_t workers, std::int64_t queue) {
  model::Capacity settings;
  settings.workers = workers;
  settings.service_time = 10ms;
  settings.queue = queue;
  settings.deadline_margin = 5ms;
  return settings;
}

}  // namespace

TEST_CASE("workers are held for the service time and requests wait in order", "[runtime]") {
  Bench bench(settings(2, 10));
  for (int id = 1; id <= 5; ++id) bench.send(id);
  CHECK(bench.capacity.queued() == 3);
  CHECK(bench.capacity.in_flight() == 5);
  bench.loop.run();
  CHECK(bench.answered[1] == TimePoint(10ms));
  CHECK(bench.answered[2] == TimePoint(10ms));
  CHECK(bench.answered[3] == TimePoint(20ms));
  CHECK(bench.answered[4] == TimePoint(20ms));
  CHECK(bench.answered[5] == TimePoint(30ms));
  CHECK(bench.capacity.in_flight() == 0);
  CHECK(bench.capacity.oldest() == 0ms);
}

TEST_CASE("a full queue turns requests away with a word of when to come back", "[runtime]") {
  Bench bench(settings(1, 1));
  for (int id = 1; id <= 3; ++id) bench.send(id);
  REQUIRE(bench.refusals.size() == 1);
  CHECK(bench.status[3] == 503);
  CHECK(bench.refusals[0].header("Retry-After") != nullptr);
  CHECK(bench.refusals[0].body.find("\"accepted\":false") != std::string::npos);
  REQUIRE(bench.loop.events.size() == 1);
  CHECK(bench.loop.events[0].kind == record::Event::Kind::reject);
  CHECK(bench.loop.events[0].where == "payment");
  bench.loop.run();
  CHECK(bench.status[2] == 200);
}

TEST_CASE("a request without enough time left is refused at once or when its time is up",
          "[runtime]") {
  Bench bench(settings(1, 10));
  bench.send(1);
  bench.send(2, 5ms);
  CHECK(bench.status[2] == 503);
  bench.send(3, 9ms);
  bench.loop.run();
  CHECK(bench.status[3] == 503);
  CHECK(bench.answered[3] == TimePoint(4ms));
  CHECK(bench.status[1] == 200);
}

TEST_CASE("health passes by the queue", "[runtime]") {
  Bench bench(settings(1, 0));
  bench.send(1);
  bench.send(2, 1s, "/health/ready");
  bench.loop.run_until(TimePoint(1ms));
  CHECK(bench.status[2] == 200);
}

TEST_CASE("one that drains finishes what it has and turns away what comes", "[runtime]") {
  Bench bench(settings(1, 10), 50ms);
  bench.send(1);
  bench.send(2);
  bench.capacity.drain();
  bench.send(3);
  bench.send(4, 1s, "/health/ready");
  bench.send(5, 1s, "/health/live");
  bench.loop.run();
  CHECK(bench.status == std::map<int, int>{{1, 200}, {2, 200}, {3, 503}, {4, 503}, {5, 200}});
  REQUIRE(bench.refusals.size() == 2);
  CHECK(bench.refusals[0].body == R"({"accepted":false,"reason":"draining"})");
  CHECK(bench.refusals[0].header("Retry-After") == nullptr);
}

TEST_CASE("a worker is held until the answer where the settings say so", "[runtime]") {
  model::Capacity until_answer = settings(1, 10);
  until_answer.hold = model::Capacity::Hold::request;
  Bench thread_each(until_answer, 30ms);
  Bench event_loop(settings(1, 10), 30ms);
  for (Bench* const bench : {&thread_each, &event_loop}) {
    bench->send(1);
    bench->send(2);
    bench->loop.run();
  }
  CHECK(thread_each.answered[2] == TimePoint(80ms));
  CHECK(event_loop.answered[2] == TimePoint(50ms));
}

TEST_CASE("a request that is destroyed gives its worker back", "[runtime]") {
  Bench bench(settings(1, 10));
  auto first = std::make_optional<Scope>();
  Request request(model::Method::post, "/charge");
  request.deadline = TimePoint(1s);
  first->spawn(bench.serve(1, std::move(request)));
  bench.send(2);
  CHECK(bench.capacity.queued() == 1);
  bench.loop.run_until(TimePoint(3ms));
  CHECK(bench.capacity.oldest() == 3ms);
  first.reset();
  bench.loop.run();
  CHECK(bench.answered.count(1) == 0);
  CHECK(bench.answered[2] == TimePoint(13ms));
}

}  // namespace seawall::runtime::test
