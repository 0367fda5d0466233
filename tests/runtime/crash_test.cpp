// Whatever the moment at which frames are destroyed: nothing waits any more, nobody is resumed, no
// permit is lost. Run under AddressSanitizer, this is the proof of the rule in env.hpp.
#include <memory>

#include "harness/runtime/capacity.hpp"
#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::runtime::test {

namespace {

// A service that does a bit of everything, as its draws say.
class Busy final : public Service {
 public:
  explicit Busy(Env& env) : env_(env), turn_(env) {}
  Task<bool> start() override { co_return true; }

  Task<Response> handle(Request request) override {
    const auto draw = base::KeyedRandom(env_.seed()).with(request.index.subject);
    for (int i = 0; i < 4; ++i) {
      auto part = work(draw.with(i));
      co_await before(env_, env_.now() + draw.with(i).with("limit").within(6ms), std::move(part));
    }
    turn_.notify_one();
    std::string body(40, 'x');
    Response response(200, std::move(body));
    co_return response;
  }
  std::vector<record::PatternUse> patterns() const override { return {}; }

 private:
  Task<> work(base::KeyedRandom draw) {
    switch (draw.with("kind").below(5)) {
      case 0: {
        Batch batch;
        batch.put(std::string(30, 'k'), "v");
        Write write(env_, std::move(batch));
        co_await write;
        break;
      }
      case 1: {
        Request request(model::Method::get, std::string(30, 'p'));
        Call call(env_, "other", std::move(request));
        co_await call;
        break;
      }
      case 2: {
        auto nested = work(draw.with("nested"));
        co_await before(env_, env_.now() + 2ms, std::move(nested));
        break;
      }
      case 3: {
        co_await turn_.wait(env_.now() + 5ms);
        break;
      }
      default: {
        turn_.notify_one();
        Sleep sleep(env_, env_.now() + draw.within(4ms));
        co_await sleep;
      }
    }
    co_return Unit{};
  }

  Env& env_;
  Notification turn_;
};

// One life of a node, as every world lays it out: frames end first.
struct Life {
  explicit Life(Loop& loop) : service(loop), capacity(loop, "busy", settings()) {}
  static model::Capacity settings() {
    model::Capacity settings;
    settings.workers = 3;
    settings.queue = 6;
    settings.service_time = 1ms;
    settings.deadline_margin = 1ms;
    return settings;
  }
  Task<> serve(std::uint64_t number) {
    Request request(model::Method::post, "/work");
    request.index.subject = {base::Subject::Kind::order, number};
    request.deadline = TimePoint(10ms);
    const Response response = co_await capacity.serve(service, std::move(request));
    answered += response.status == 200 || response.status == 503;
    co_return Unit{};
  }

  Busy service;
  Capacity capacity;
  int answered = 0;
  Scope frames;
};

constexpr int requests = 12;

}  // namespace

TEST_CASE("a life may end after any step", "[runtime]") {
  int steps = 0;
  for (bool went_on = true; went_on; ++steps) {
    Loop loop;
    auto life = std::make_unique<Life>(loop);
    for (int i = 1; i <= requests; ++i)
      life->frames.spawn(life->serve(static_cast<std::uint64_t>(i + steps)));
    for (int i = 0; i < steps && went_on; ++i) went_on = loop.step();
    const int answered = life->answered;
    if (!went_on) CHECK(answered == requests);
    life.reset();
    REQUIRE(loop.waiting() == 0);
  }
  CHECK(steps > 50);
}

TEST_CASE("any one request may end after any step and the others are served", "[runtime]") {
  for (int victim = 1; victim <= requests; ++victim) {
    for (int steps = 0; steps < 60; steps += 3) {
      Loop loop;
      Life life(loop);
      auto doomed = std::make_unique<Scope>();
      for (int i = 1; i <= requests; ++i)
        (i == victim ? *doomed : life.frames).spawn(life.serve(static_cast<std::uint64_t>(i)));
      for (int i = 0; i < steps; ++i) loop.step();
      const bool was_served = doomed->empty();
      doomed.reset();
      loop.run();
      REQUIRE(life.answered == requests - (was_served ? 0 : 1));
      REQUIRE(life.capacity.in_flight() == 0);
      REQUIRE(life.capacity.queued() == 0);
    }
  }
}

}  // namespace seawall::runtime::test
