#include "targets/resilience/bulkhead.hpp"

#include <deque>

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::FakeEnv;
using Permit = Bulkhead::Permit;
using Waiting = FakeEnv::Running<Permit>;

model::Bulkhead of(std::int64_t permits, base::Duration max_wait, std::int64_t queue) {
  model::Bulkhead settings;
  settings.max_concurrent = permits;
  settings.max_wait = max_wait;
  settings.max_queue = queue;
  return settings;
}

TEST_CASE("a bulkhead gives as many permits as it has and refuses the next") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(2, 0s, 0));
  Permit one = bulkhead.try_acquire();
  const Permit two = bulkhead.try_acquire();
  CHECK((one && two));
  CHECK_FALSE(bulkhead.try_acquire());
  Waiting refused(env, bulkhead.wait(at(1h)));
  REQUIRE(refused.ended());  // at once
  CHECK_FALSE(*refused.value());
  one = Permit();
  CHECK(bulkhead.taken() == 1);
  CHECK(bulkhead.try_acquire());
}

TEST_CASE("a permit that moves is returned once") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(2, 0s, 0));
  {
    Permit one = bulkhead.try_acquire();
    Permit moved = std::move(one);
    CHECK(bulkhead.taken() == 1);
  }
  CHECK(bulkhead.taken() == 0);
  record::PatternUse use;
  bulkhead.tell(use);
  CHECK(use.permits_taken == 1);
  CHECK(use.permits_returned == 1);
}

TEST_CASE("waiting for a permit ends at the longest wait") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 100ms, 5));
  const Permit held = bulkhead.try_acquire();
  Waiting waiting(env, bulkhead.wait(at(1h)));
  env.run_until(at(99ms));
  CHECK_FALSE(waiting.ended());
  env.run_until(at(100ms));
  REQUIRE(waiting.ended());
  CHECK_FALSE(*waiting.value());
}

TEST_CASE("waiting for a permit ends at the deadline") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 1h, 5));
  const Permit held = bulkhead.try_acquire();
  Waiting waiting(env, bulkhead.wait(at(50ms)));
  env.run_until(at(50ms));
  CHECK(waiting.ended());
  Waiting too_late(env, bulkhead.wait(at(50ms)));
  CHECK(too_late.ended());
}

TEST_CASE("no more than the queue of a bulkhead wait") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 1s, 2));
  const Permit held = bulkhead.try_acquire();
  Waiting one(env, bulkhead.wait(at(1h)));
  Waiting two(env, bulkhead.wait(at(1h)));
  Waiting three(env, bulkhead.wait(at(1h)));
  CHECK(bulkhead.queued() == 2);
  CHECK(three.ended());
  CHECK_FALSE(one.ended());
}

TEST_CASE("permits go to those who wait in their order and newcomers do not pass them") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 1s, 5));
  Permit held = bulkhead.try_acquire();
  Waiting one(env, bulkhead.wait(at(1h)));
  Waiting two(env, bulkhead.wait(at(1h)));
  held = Permit();
  CHECK_FALSE(bulkhead.try_acquire());  // it is promised, though nobody has taken it yet
  env.run_until(at(0s));
  REQUIRE(one.ended());
  CHECK(*one.value());
  CHECK_FALSE(two.ended());
  one.cancel();
  CHECK(bulkhead.taken() == 1);  // the value lives on in `one`
}

TEST_CASE("who leaves the queue loses nobody a permit") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 1s, 5));
  Permit held = bulkhead.try_acquire();
  Waiting one(env, bulkhead.wait(at(1h)));
  Waiting two(env, bulkhead.wait(at(1h)));
  SECTION("before the permit is free") {
    one.cancel();
    held = Permit();
  }
  SECTION("after it was promised a permit") {
    held = Permit();
    one.cancel();
  }
  env.run_until(at(0s));
  REQUIRE(two.ended());
  CHECK(*two.value());
}

TEST_CASE("a permit that was promised to the only one waiting is free when it leaves") {
  FakeEnv env;
  Bulkhead bulkhead(env, of(1, 1s, 5));
  Permit held = bulkhead.try_acquire();
  Waiting one(env, bulkhead.wait(at(1h)));
  held = Permit();
  one.cancel();
  CHECK(bulkhead.try_acquire());
}

// Many callers that come, wait, give up or are cancelled, in an order drawn from the key: no permit
// is lost, none is given twice, and nobody waits while one is free.
TEST_CASE("a bulkhead loses no permit whatever its callers do") {
  for (int round = 0; round < 200; ++round) {
    const base::KeyedRandom draw = base::KeyedRandom(5).with(round);
    FakeEnv env;
    Bulkhead bulkhead(env, of(3, 20ms, 4));
    std::deque<Permit> held;
    std::deque<Waiting> waiting;
    for (int step = 0; step < 100; ++step) {
      const base::KeyedRandom here = draw.with(step);
      switch (here.below(5)) {
        case 0:
        case 1:
          if (Permit permit = bulkhead.try_acquire())
            held.push_back(std::move(permit));
          else
            waiting.emplace_back(env, bulkhead.wait(at(1h)));
          break;
        case 2:
          if (!held.empty()) held.pop_front();
          break;
        case 3:
          if (!waiting.empty()) waiting.erase(waiting.begin() + here.with(1).below(waiting.size()));
          break;
        case 4:
          env.run_until(env.now() + here.with(2).within(10ms));
          break;
      }
      REQUIRE(bulkhead.taken() <= 3);
    }
    env.run_until(env.now());
    if (bulkhead.taken() < 3) CHECK(bulkhead.queued() == 0);
    waiting.clear();
    held.clear();
    CHECK(bulkhead.taken() == 0);
    record::PatternUse use;
    bulkhead.tell(use);
    CHECK(use.permits_taken == use.permits_returned);
    CHECK(use.peak_in_flight <= 3);
  }
}

}  // namespace
}  // namespace seawall::resilience
