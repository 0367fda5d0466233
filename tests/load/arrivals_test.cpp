#include "harness/load/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace seawall;
using load::Arrival;
using load::Arrivals;

namespace {

std::vector<Arrival> all(Arrivals arrivals) {
  std::vector<Arrival> list;
  while (const auto arrival = arrivals.next()) list.push_back(*arrival);
  return list;
}

model::Load load_of(std::int64_t rate, model::Load::Arrivals arrivals) {
  model::Load load;
  load.rate = base::Rate::per_second(rate);
  load.arrivals = arrivals;
  return load;
}

std::int64_t count_between(const std::vector<Arrival>& list, base::Duration from,
                           base::Duration to) {
  std::int64_t count = 0;
  for (const Arrival& arrival : list)
    if (arrival.intended >= from && arrival.intended < to) ++count;
  return count;
}

}  // namespace

TEST_CASE("constant arrivals are evenly spaced and begin at once") {
  const auto load = load_of(100, model::Load::Arrivals::constant);
  const auto list = all(Arrivals(load, 1, Arrivals::Part::load, 2s));
  REQUIRE(list.size() == 200);
  CHECK(list.front().intended == base::Duration::zero());
  CHECK(list.front().number == 1);
  CHECK(list.back().number == 200);
  for (std::size_t i = 1; i < list.size(); ++i)
    CHECK(list[i].intended - list[i - 1].intended == base::Duration(10ms));
}

TEST_CASE("Poisson arrivals have the rate that was asked for and depend on the seed alone") {
  const auto load = load_of(150, model::Load::Arrivals::poisson);
  const auto list = all(Arrivals(load, 7, Arrivals::Part::load, 60s));
  CHECK(std::abs(static_cast<double>(list.size()) - 9000) < 400);  // four standard deviations
  const auto again = all(Arrivals(load, 7, Arrivals::Part::load, 60s));
  REQUIRE(again.size() == list.size());
  CHECK(again.back().intended == list.back().intended);
  CHECK(all(Arrivals(load, 8, Arrivals::Part::load, 60s)).front().intended !=
        list.front().intended);
  for (std::size_t i = 1; i < list.size(); ++i) CHECK(list[i].intended >= list[i - 1].intended);
}

TEST_CASE("the warm-up ends where the load begins and counts apart") {
  const auto load = load_of(100, model::Load::Arrivals::constant);
  const auto warmup = all(Arrivals(load, 1, Arrivals::Part::warmup, 3s));
  REQUIRE(warmup.size() == 300);
  CHECK(warmup.front().intended == base::Duration(-3s));
  CHECK(warmup.back().intended < base::Duration::zero());
  CHECK(all(Arrivals(load, 1, Arrivals::Part::warmup, 0s)).empty());
}

TEST_CASE("stages ramp the rate and hold it") {
  auto load = load_of(100, model::Load::Arrivals::constant);
  model::Stage ramp;
  ramp.to = base::Rate::per_second(300);
  ramp.over = 10s;
  model::Stage hold;
  hold.over = 10s;
  load.stages = {ramp, hold};
  const auto list = all(Arrivals(load, 1, Arrivals::Part::load, 30s));
  CHECK(std::abs(count_between(list, 0s, 10s) - 2000) <= 20);
  CHECK(std::abs(count_between(list, 10s, 20s) - 3000) <= 20);
  CHECK(std::abs(count_between(list, 20s, 30s) - 3000) <= 20);
}

namespace {

// The same rates at the same times, but no hold is longer than 7 ms.
std::vector<model::Stage> in_pieces(const std::vector<model::Stage>& stages) {
  constexpr base::Duration piece = 7ms;
  std::vector<model::Stage> pieces;
  for (const model::Stage& stage : stages) {
    if (stage.to) pieces.push_back(stage);
    for (base::Duration left = stage.to ? 0ms : stage.over; left > 0ms; left -= piece)
      pieces.emplace_back().over = std::min(left, piece);
  }
  return pieces;
}

}  // namespace

TEST_CASE("however a hold is cut into stages, its requests come at the same moments") {
  const auto ramp = [](std::int64_t to, base::Duration over) {
    model::Stage stage;
    stage.to = base::Rate::per_second(to);
    stage.over = over;
    return stage;
  };
  const auto hold = [](base::Duration over) {
    model::Stage stage;
    stage.over = over;
    return stage;
  };
  const auto arrivals = GENERATE(model::Load::Arrivals::poisson, model::Load::Arrivals::constant);
  for (const std::int64_t rate : {0, 1, 40, 3000}) {
    auto load = load_of(rate, arrivals);
    load.start = 3ms;
    load.stages = {hold(1003ms), ramp(200, 1ms), hold(2s), ramp(0, 5ms),
                   hold(501ms),  ramp(7, 333ms), hold(4s), ramp(rate, 12ms)};
    auto other = load;
    other.stages = in_pieces(load.stages);
    const auto whole = all(Arrivals(load, 5, Arrivals::Part::load, 11s));
    const auto pieces = all(Arrivals(other, 5, Arrivals::Part::load, 11s));
    CHECK(whole.size() > 350);
    REQUIRE(whole.size() == pieces.size());
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(whole[i].intended == pieces[i].intended);
  }
}

TEST_CASE("a burst arrives all at once beside the regular load") {
  auto load = load_of(10, model::Load::Arrivals::constant);
  load.burst = model::Burst{5s, 200};
  const auto list = all(Arrivals(load, 1, Arrivals::Part::load, 10s));
  CHECK(list.size() == 300);
  CHECK(count_between(list, 5s, 5s + 1ns) == 201);
  for (std::size_t i = 0; i < list.size(); ++i) CHECK(list[i].number == i + 1);
}

TEST_CASE("a load that starts later sends nothing before") {
  auto load = load_of(10, model::Load::Arrivals::constant);
  load.start = 4s;
  CHECK(all(Arrivals(load, 1, Arrivals::Part::load, 10s)).front().intended == base::Duration(4s));
}
