#include "harness/net/loop.hpp"

#include <thread>
#include <vector>

#include "harness/live/clock.hpp"
#include "support/catch.hpp"

namespace seawall::net {
using namespace std::chrono_literals;

TEST_CASE("timers run in order of time and then of setting") {
  Loop loop(live::steady_now);
  std::vector<int> ran;
  const base::TimePoint start = loop.now();
  loop.at(start + 3ms, [&] { ran.push_back(3); });
  loop.at(start + 1ms, [&] { ran.push_back(1); });
  loop.at(start + 3ms, [&] {
    ran.push_back(4);
    loop.stop();
  });
  loop.at(start - 1s, [&] { ran.push_back(0); });
  CHECK(ran.empty());
  loop.run();
  CHECK(ran == std::vector{0, 1, 3, 4});
  CHECK(loop.now() >= start + 3ms);
}

TEST_CASE("a cancelled timer does not run") {
  Loop loop(live::steady_now);
  bool ran = false;
  Loop::Timer timer = loop.at(loop.now() + 1ms, [&] { ran = true; });
  Loop::Timer same = timer;
  loop.at(loop.now() + 2ms, [&] { loop.stop(); });
  loop.cancel(timer);
  loop.cancel(same);
  loop.run();
  CHECK_FALSE(ran);
  CHECK(timer.number == 0);
}

TEST_CASE("a timer that sets a timer for the past lets the others run") {
  Loop loop(live::steady_now);
  int rounds = 0;
  std::function<void()> again = [&] {
    if (++rounds < 1'000'000) loop.at(base::TimePoint{}, again);
  };
  loop.at(base::TimePoint{}, again);
  loop.post([&] { loop.stop(); });
  loop.run();
  CHECK(rounds < 1'000'000);
}

TEST_CASE("a stop that comes before run counts and the loop runs again after it") {
  Loop loop(live::steady_now);
  loop.stop();
  loop.run();
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.stop();
  loop.run();
  CHECK(ran);
}

TEST_CASE("other threads post and actions run in order") {
  Loop loop(live::steady_now);
  std::vector<int> ran;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop.post([&ran, i] { ran.push_back(i); });
    loop.stop();
  });
  loop.run();
  other.join();
  REQUIRE(ran.size() == 100);
  CHECK(std::is_sorted(ran.begin(), ran.end()));
}

}  // namespace seawall::net
