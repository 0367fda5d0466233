#include "targets/resilience/outlier.hpp"

#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::TimePoint;
using testing::at;

void fail(Outlier& outlier, TimePoint now, std::size_t host, int times = 5) {
  for (int i = 0; i < times; ++i) outlier.finish(now, host, true);
}

// How many of 3,000 calls each instance gets.
std::map<std::size_t, int> calls(Outlier& outlier, TimePoint now) {
  std::map<std::size_t, int> count;
  for (int i = 0; i < 3000; ++i) ++count[outlier.choose(now, base::KeyedRandom(7).with(i))];
  return count;
}

TEST_CASE("an instance that fails five times in a row is left alone") {
  Outlier outlier({}, 3);
  fail(outlier, at(0s), 1, 4);
  outlier.finish(at(0s), 1, false);  // a success ends the row
  fail(outlier, at(0s), 1, 4);
  CHECK_FALSE(outlier.ejected(1));
  fail(outlier, at(0s), 1, 1);
  CHECK(outlier.ejected(1));
  auto count = calls(outlier, at(0s));
  CHECK(count[1] == 0);
  CHECK(count[0] > 1300);
  CHECK(count[2] > 1300);
}

TEST_CASE("it returns after its time, at a look, and slowly") {
  std::vector<std::string> told;
  Outlier outlier({}, 3, [&](std::size_t host, Outlier::Change change) {
    told.push_back(std::to_string(host) + (change == Outlier::Change::ejected ? " out" : " in"));
  });
  outlier.choose(at(0s), base::KeyedRandom(1));
  fail(outlier, at(500ms), 1);
  outlier.choose(at(5400ms), base::KeyedRandom(1));
  CHECK(outlier.ejected(1));
  outlier.choose(at(5900ms), base::KeyedRandom(1));
  CHECK(outlier.ejected(1));  // due, and the next look is at 6 s
  auto count = calls(outlier, at(6s));
  CHECK_FALSE(outlier.ejected(1));
  CHECK(told == std::vector<std::string>{"1 out", "1 in"});
  CHECK(count[1] < 250);  // a tenth of its share
  CHECK(count[1] > 50);
  CHECK(outlier.weight(at(7s), 1) == 500'000);
  CHECK(outlier.weight(at(8s), 1) == 1'000'000);
}

TEST_CASE("each further ejection is longer and one is forgiven for each interval in use") {
  Outlier outlier({}, 3);
  const auto out_for = [&](TimePoint from) {
    fail(outlier, from, 1);
    REQUIRE(outlier.ejected(1));
    TimePoint now = from;
    while (outlier.ejected(1)) outlier.choose(now += 100ms, base::KeyedRandom(1));
    return now - from;
  };
  outlier.choose(at(0s), base::KeyedRandom(1));
  CHECK(out_for(at(0s)) == 5s);
  CHECK(out_for(at(5s)) == 10s);
  CHECK(out_for(at(15s)) == 15s);
  outlier.choose(at(40s), base::KeyedRandom(1));  // ten looks in use: all is forgiven
  CHECK(out_for(at(40s)) == 5s);
}

TEST_CASE("no more are ejected than may be, and none of a few") {
  Outlier three({}, 3);
  fail(three, at(0s), 0);
  fail(three, at(0s), 1);
  CHECK(three.ejected(0));
  CHECK_FALSE(three.ejected(1));  // two of three are more than 50 %
  Outlier two({}, 2);
  fail(two, at(0s), 0);
  CHECK_FALSE(two.ejected(0));  // minimum_hosts = 3
}

TEST_CASE("with too few in use all are called") {
  model::Outlier settings;
  settings.max_ejection = base::Share::percent(100);
  Outlier outlier(settings, 4);
  fail(outlier, at(0s), 0);
  fail(outlier, at(0s), 1);
  CHECK_FALSE(outlier.panics());  // half of them: not fewer than 50 %
  fail(outlier, at(0s), 2);
  CHECK(outlier.panics());
  auto count = calls(outlier, at(0s));
  for (std::size_t host = 0; host < 4; ++host) CHECK(count[host] > 600);
}

TEST_CASE("with all of them ejected somebody is called whatever the threshold") {
  model::Outlier settings;
  settings.max_ejection = base::Share::percent(100);
  settings.panic_threshold = {};
  Outlier outlier(settings, 3);
  for (std::size_t host = 0; host < 3; ++host) fail(outlier, at(0s), host);
  CHECK(outlier.panics());
  CHECK(calls(outlier, at(0s)).size() == 3);
}

TEST_CASE("what an ejected instance still answers changes nothing") {
  Outlier outlier({}, 3);
  outlier.choose(at(0s), base::KeyedRandom(1));
  fail(outlier, at(0s), 1);
  fail(outlier, at(4s), 1, 50);
  outlier.choose(at(5s), base::KeyedRandom(1));
  CHECK_FALSE(outlier.ejected(1));
  fail(outlier, at(5s), 1, 4);
  CHECK_FALSE(outlier.ejected(1));  // the row starts anew
}

TEST_CASE("a long silence is caught up with at once") {
  Outlier outlier({}, 3);
  outlier.choose(at(0s), base::KeyedRandom(1));
  fail(outlier, at(1s), 1);
  outlier.choose(at(1000h), base::KeyedRandom(1));
  CHECK_FALSE(outlier.ejected(1));
  CHECK(outlier.weight(at(1000h), 1) == 1'000'000);
}

}  // namespace
}  // namespace seawall::resilience
