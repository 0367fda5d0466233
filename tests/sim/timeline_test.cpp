#include "harness/sim/timeline.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "tests/support/catch.hpp"

namespace seawall::sim {

using namespace std::chrono_literals;
using base::Subject;

namespace {

// Takes the next one, where there is one within a day.
std::optional<Due> take(Timeline& timeline) {
  const auto is_stale = [](const Due& due) { return due.generation != 0; };
  if (!timeline.due_by(timeline.now() + 24h, is_stale)) return std::nullopt;
  return timeline.next();
}

}  // namespace

TEST_CASE("what is due comes in the order of time", "[sim]") {
  Timeline timeline;
  const base::KeyedRandom draw(1);
  // Now and then something is taken, so that later entries meet a clock that has moved.
  TimePoint last{};
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto far = draw.with(i).with("scale").below(4);
    const Duration scale = far == 0   ? 100us
                           : far == 1 ? Duration(5ms)
                           : far == 2 ? 3s
                                      : Duration(60s);
    timeline.schedule(timeline.now() + draw.with(i).within(scale), 1, DueKind::wake, 0, 0);
    if (draw.with(i).with("take").below(3) == 0) continue;
    const auto due = take(timeline);
    REQUIRE(due->at >= last);
    last = due->at;
    ++taken;
  }
  while (const auto due = take(timeline)) {
    ++taken;
    REQUIRE(due->at >= last);
    last = due->at;
    REQUIRE(timeline.now() == last);
  }
  CHECK(taken == 20'000);
}

TEST_CASE("what is due is the same whether it was far or near when it was scheduled", "[sim]") {
  Timeline timeline;
  for (const Duration at : {Duration(1h), Duration(5s), Duration(20ms), Duration(9s)})
    timeline.schedule(TimePoint(at), 1, DueKind::wake, 0, 0);
  for (int i = 0; i < 100; ++i) timeline.schedule(TimePoint(i * 100ms), 1, DueKind::wake, 1, 0);
  TimePoint last{};
  int taken = 0;
  while (const auto due = take(timeline)) {
    REQUIRE(due->at >= last);
    last = due->at;
    // One that comes due between what is open and what is not yet.
    if (taken < 50) timeline.schedule(due->at + 90ms, 1, DueKind::wake, 2, 0);
    ++taken;
  }
  CHECK(taken == 154);
  CHECK(last == TimePoint(1h));
}

TEST_CASE("ties go by node and kind and subject and ordinal and then by insertion", "[sim]") {
  Timeline timeline;
  const TimePoint at(7ms);
  const Subject third{Subject::Kind::order, 3};
  const Subject fourth{Subject::Kind::order, 4};
  timeline.schedule(at, 2, DueKind::restart, 9, 0);
  timeline.schedule(at, 1, DueKind::wake, 7, 0);
  timeline.schedule(at, 1, DueKind::wake, 8, 0);
  timeline.schedule(at, 1, DueKind::answer, 6, 0, fourth, 1);
  timeline.schedule(at, 1, DueKind::answer, 5, 0, third, 2);
  timeline.schedule(at, 1, DueKind::answer, 3, 0, third, 1);
  timeline.schedule(at, 1, DueKind::answer, 4, 0, third, 1);
  timeline.schedule(at, 1, DueKind::delivery, 2, 0, fourth, 9);
  timeline.schedule(at, 0, DueKind::wake, 1, 0);
  for (std::uint32_t slot = 1; slot <= 9; ++slot) CHECK(take(timeline)->slot == slot);
}

TEST_CASE("what is stale when its time comes near is dropped", "[sim]") {
  Timeline timeline;
  timeline.schedule(TimePoint(5s), 1, DueKind::deadline, 1, 1);
  timeline.schedule(TimePoint(20min), 1, DueKind::deadline, 2, 1);
  timeline.schedule(TimePoint(30min), 1, DueKind::deadline, 3, 0);
  CHECK(take(timeline)->slot == 3);
  CHECK_FALSE(take(timeline));
}

TEST_CASE("nothing is due before its time, nor is it lost by asking early", "[sim]") {
  Timeline timeline;
  const auto is_stale = [](const Due&) { return false; };
  timeline.schedule(TimePoint(10s), 1, DueKind::wake, 1, 0);
  for (const Duration early : {Duration(0), Duration(5s), Duration(10s) - 1ns})
    CHECK_FALSE(timeline.due_by(TimePoint(early), is_stale));
  REQUIRE(timeline.due_by(TimePoint(10s), is_stale));
  CHECK(timeline.next_at() == TimePoint(10s));
}

TEST_CASE("what should have happened earlier is due now", "[sim]") {
  Timeline timeline;
  timeline.advance_to(TimePoint(5s));
  timeline.schedule(TimePoint(1s), 1, DueKind::wake, 0, 0);
  CHECK(take(timeline)->at == TimePoint(5s));
}

}  // namespace seawall::sim
