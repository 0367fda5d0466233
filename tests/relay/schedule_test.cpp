// When bytes are due, without a clock and without a socket.
#include "faults/relay/schedule.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace seawall::relay {

namespace {

using namespace std::chrono_literals;

const TimePoint start{1h};
const base::KeyedRandom key(7);

Applied with(StreamEffect effect, std::string name = "fault") {
  Applied applied{
      {std::move(name), Direction::down, base::Share::all(), effect}, start, 0, nullptr};
  if (effect.rate.value_or(0) > 0) applied.pacer = std::make_shared<Pacer>(*effect.rate, start);
  return applied;
}

Applied delayed(Duration time, Duration jitter = {}, std::string name = "fault") {
  StreamEffect effect;
  effect.delay = Delay{time, jitter};
  return with(effect, std::move(name));
}

Applied paced(std::int64_t bytes) {
  StreamEffect effect;
  effect.rate = bytes;
  return with(effect);
}

// All pieces of a chunk that arrived at once.
std::vector<Schedule::Piece> pieces(Schedule& schedule, std::int64_t bytes, TimePoint arrival,
                                    std::int64_t offset = 0) {
  std::vector<Schedule::Piece> all;
  for (std::int64_t passed = 0; passed < bytes;) {
    all.push_back(schedule.next({offset, offset + passed, bytes - passed, arrival}));
    passed += all.back().bytes;
  }
  return all;
}

}  // namespace

TEST_CASE("latencies add up and count from the arrival", "[relay][schedule]") {
  Schedule schedule({delayed(100ms, {}, "a"), delayed(20ms, {}, "b")}, key);
  const auto all = pieces(schedule, 5000, start);
  REQUIRE(all.size() == 1);
  CHECK(all[0].due == start + 120ms);
  CHECK(pieces(schedule, 10, start + 1s, 5000)[0].due == start + 1120ms);
}

TEST_CASE("jitter stays within its bounds and never overtakes", "[relay][schedule]") {
  Schedule schedule({delayed(50ms, 50ms)}, key);
  TimePoint last{};
  for (int i = 0; i < 1000; ++i) {
    const TimePoint arrival = start + i * 1ms;
    const TimePoint due = pieces(schedule, 10, arrival, i * 10)[0].due;
    CHECK(due >= arrival);
    CHECK(due >= last);
    CHECK(due <= arrival + 100ms);
    last = due;
  }
}

TEST_CASE("a draw depends on where a chunk began and on nothing before", "[relay][schedule]") {
  Schedule all({delayed(1s, 1s)}, key);
  Schedule later({delayed(1s, 1s)}, key);
  pieces(all, 10, start - 10s, 0);
  CHECK(pieces(all, 10, start, 10)[0].due == pieces(later, 10, start, 10)[0].due);
  Schedule other({delayed(1s, 1s, "another name")}, key);
  CHECK(pieces(other, 10, start, 10)[0].due != pieces(later, 10, start + 0s, 10)[0].due);
}

TEST_CASE("a rate is kept to the nanosecond over its pieces", "[relay][schedule]") {
  Schedule schedule({paced(1'000'000)}, key);
  const auto all = pieces(schedule, 5'000'000, start);
  CHECK(all.size() == 5000);
  CHECK(all.front().due == start + 1ms);
  CHECK(all.back().due == start + 5s);

  Schedule odd({paced(3)}, key);
  CHECK(pieces(odd, 3000, start).back().due == start + 1000s);
}

TEST_CASE("a rate saves nothing up while nothing comes", "[relay][schedule]") {
  Schedule schedule({paced(1000)}, key);
  CHECK(pieces(schedule, 100, start).back().due == start + 100ms);
  CHECK(pieces(schedule, 100, start + 10s, 100).back().due == start + 10100ms);
}

TEST_CASE("a rate of nothing and a hold let nothing pass, not even the end", "[relay][schedule]") {
  StreamEffect hold;
  hold.holds = true;
  for (const Applied& fault : {paced(0), with(hold)}) {
    Schedule schedule({fault, delayed(1ms)}, key);
    CHECK(schedule.next({0, 0, 10, start}).due == never);
    CHECK(schedule.end_due(10, start) == never);
  }
}

TEST_CASE("those who share a rate take turns", "[relay][schedule]") {
  const Applied shared = paced(1'000'000);
  Schedule one({shared}, key);
  Schedule two({shared}, key.with(2));
  const auto first = one.next({0, 0, 10'000, start});
  const auto second = two.next({0, 0, 10'000, start});
  CHECK(first.due == start + 1ms);
  CHECK(second.due == start + 2ms);
}

TEST_CASE("slices are of their size and a gap apart", "[relay][schedule]") {
  StreamEffect effect;
  effect.slices = Slices{100, 50, 10us};
  Schedule schedule({with(effect)}, key);
  const auto all = pieces(schedule, 10'000, start);
  CHECK(all.size() > 60);
  CHECK(all.size() < 180);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    CHECK(all[i].bytes >= 50);
    CHECK(all[i].bytes <= 150);
    CHECK(all[i + 1].due == all[i].due + 10us);
  }
  CHECK(std::any_of(all.begin(), all.end(),
                    [&](const auto& piece) { return piece.bytes != all[0].bytes; }));
}

TEST_CASE("a limit cuts the stream where it counts from", "[relay][schedule]") {
  StreamEffect effect;
  effect.limit = 100;
  Applied applied = with(effect);
  applied.offset = 1000;
  Schedule schedule({applied}, key);
  CHECK(schedule.end_offset() == 1100);
  CHECK(schedule.next({1000, 1000, 4000, start}).bytes == 100);
}

TEST_CASE("the end waits for the last piece and for its own delay", "[relay][schedule]") {
  StreamEffect effect;
  effect.close_delay = 1s;
  Schedule schedule({with(effect), delayed(200ms)}, key);
  CHECK(schedule.end_due(0, start) == start + 1200ms);
  pieces(schedule, 10, start);
  CHECK(schedule.end_due(10, start + 10ms) == start + 1210ms);
}

}  // namespace seawall::relay
