// What a run draws its faults from.
#include "harness/swarm/palette.hpp"

#include <set>

#include "harness/explore/candidates.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/load/arrivals.hpp"
#include "harness/model/point.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

using base::KeyedRandom;
using namespace std::chrono_literals;

constexpr swarm::Span span{1s, 8s};

struct Drawing {
  explore::Candidates candidates{
      *explore::one_order(shop_scenario(), explore::Sending{5, {}, {}, 8s}), words()};
  model::Point charge =
      model::parse_plan_item("order 1: order->payment.charge #1: drop_reply")->point;
  swarm::Palette palette{
      candidates.scenario(), {{"client", "gateway"}, {"order", "payment"}}, {charge}, 5};
};

}  // namespace

TEST_CASE("everything that a run draws is a fault of its scenario", "[swarm]") {
  Drawing drawing;
  std::set<std::string> seen;
  for (int run = 1; run <= 400; ++run) {
    const swarm::Drawn drawn = drawing.palette.draw(KeyedRandom(1).with(run), span);
    REQUIRE_FALSE(drawn.faults.empty());
    REQUIRE(drawn.kinds.size() == drawn.faults.size());
    CHECK(drawing.candidates.numbers_of(drawn.faults).size() == drawn.faults.size());
    for (const std::size_t kind : drawn.kinds) seen.insert(drawing.palette.names()[kind]);
  }
  CHECK(seen.size() == drawing.palette.names().size());
}

TEST_CASE("a run lacks kinds of faults that another one has", "[swarm]") {
  Drawing drawing;
  std::set<std::size_t> sizes;
  for (int run = 1; run <= 50; ++run) {
    const swarm::Drawn drawn = drawing.palette.draw(KeyedRandom(7).with(run), span);
    CHECK(drawn.faults.size() <= 8);
    sizes.insert(std::set(drawn.kinds.begin(), drawn.kinds.end()).size());
  }
  CHECK(sizes.size() > 3);
}

TEST_CASE("orders that are apart are as many as were asked for", "[swarm]") {
  for (const base::Duration gap : {0ms, 10ms, 40ms})
    for (const std::int64_t orders : {1, 2, 3, 7, 20}) {
      const explore::Sending sending{orders, gap, 9, {}};
      explore::Candidates candidates(*explore::one_order(shop_scenario(), sending), words());
      const model::Scenario& scenario = candidates.scenario();
      CHECK(scenario.run.seed == 9);
      load::Arrivals arrivals(scenario.loads.front(), 9, load::Arrivals::Part::load,
                              scenario.run.duration);
      std::vector<base::Duration> times;
      while (const auto arrival = arrivals.next()) times.push_back(arrival->intended);
      REQUIRE(static_cast<std::int64_t>(times.size()) == orders);
      CHECK(times.front() == explore::first_request);
      CHECK(times.back() == explore::first_request + (orders - 1) * gap);
    }
}

}  // namespace seawall::test
