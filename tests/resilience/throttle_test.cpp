#include "targets/resilience/throttle.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;
using testing::at;

const Attempt fine = model::Response(200);
const Attempt busy = model::Response(503);

base::KeyedRandom draw(int i) { return base::KeyedRandom(1).with(i); }

// Of `calls` at this moment, how many are let out; all of them end like `result`.
int let_out(Throttle& throttle, TimePoint now, int calls, const Attempt& result) {
  int count = 0;
  for (int i = 0; i < calls; ++i) {
    if (!throttle.admit(now, draw(i))) continue;
    throttle.finish(now, result);
    ++count;
  }
  return count;
}

TEST_CASE("a callee that accepts is never throttled") {
  Throttle throttle{model::Throttle{}};
  CHECK(let_out(throttle, at(0s), 1000, fine) == 1000);
  CHECK(throttle.rejection(at(0s)).ppm == 0);
}

TEST_CASE("half of the attempts may fail before any is refused") {
  Throttle throttle{model::Throttle{}};
  let_out(throttle, at(0s), 100, fine);
  CHECK(let_out(throttle, at(0s), 100, busy) == 100);
  CHECK(throttle.rejection(at(0s)).ppm == 0);
  throttle.admit(at(0s), draw(0));
  CHECK(throttle.rejection(at(0s)).ppm == 1'000'000 / 202);  // (201 - 2 * 100) / (201 + 1)
}

TEST_CASE("a callee that accepts nothing still hears of a tenth") {
  Throttle throttle{model::Throttle{}};
  let_out(throttle, at(0s), 1000, busy);
  CHECK(throttle.rejection(at(0s)) == base::Share::percent(90));
  const int out = let_out(throttle, at(0s), 10'000, busy);
  CHECK(out > 900);
  CHECK(out < 1100);
}

TEST_CASE("a refusal of the business is accepted and what is late or busy is not") {
  model::Throttle settings;
  settings.k = 1;
  for (const int status : {200, 402, 404}) {
    Throttle throttle(settings);
    let_out(throttle, at(0s), 10, model::Response(status));
    CHECK(throttle.rejection(at(0s)).ppm == 0);
  }
  for (const int status : {429, 500, 503}) {
    Throttle throttle(settings);
    let_out(throttle, at(0s), 10, model::Response(status));
    CHECK(throttle.rejection(at(0s)).ppm > 0);
  }
  Throttle throttle(settings);
  let_out(throttle, at(0s), 10, base::unexpected<model::Failure>(model::Failure::timed_out));
  CHECK(throttle.rejection(at(0s)).ppm > 0);
}

TEST_CASE("what is older than the window is forgotten") {
  Throttle throttle{model::Throttle{}};
  let_out(throttle, at(0s), 100, busy);
  CHECK(throttle.rejection(at(5s)).ppm > 0);
  CHECK(throttle.rejection(at(11s)).ppm == 0);
}

TEST_CASE("an attempt that was taken back does not count") {
  Throttle throttle{model::Throttle{}};
  for (int i = 0; i < 100; ++i) {
    CHECK(throttle.admit(at(0s), draw(i)));
    throttle.take_back(at(0s));
  }
  CHECK(throttle.rejection(at(0s)).ppm == 0);
}

TEST_CASE("the factor says how much more is tried than accepted") {
  model::Throttle settings;
  settings.k = 1.1;
  Throttle throttle(settings);
  let_out(throttle, at(0s), 100, fine);
  for (int i = 0; i < 20; ++i) throttle.admit(at(0s), draw(i));
  CHECK(throttle.rejection(at(0s)).ppm == 10'000 * 1000 / 121);  // (120 - 110) / 121
}

}  // namespace
}  // namespace seawall::resilience
