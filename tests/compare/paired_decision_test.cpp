#include "harness/compare/paired_decision.hpp"

#include "harness/stats/log_ratio.hpp"
#include "support/catch.hpp"
#include "tests/compare/gate_simulation.hpp"

namespace seawall::compare {
namespace {

using State = PairedDecision::State;
using base::Share;

// B is slower by these parts per million, in p50, p90 and p99 alike.
Pair slower_by(std::int64_t ppm) {
  Pair pair;
  const std::int64_t log = ppm < 0 ? -stats::log_of_change({-ppm}) : stats::log_of_change({ppm});
  pair.log_ratios = {log, log, log};
  pair.errors_a = pair.errors_b = {20, 10'000};
  return pair;
}

void add(PairedDecision& decision, std::size_t pairs, const Pair& pair) {
  for (std::size_t i = 0; i < pairs; ++i) decision.add(pair);
}

TEST_CASE("equals pass at the first look") {
  PairedDecision decision(wall_time_tolerances());
  CHECK(decision.missing() == 7);
  add(decision, 6, slower_by(1'000));
  CHECK(decision.state() == State::looking);
  CHECK(decision.missing() == 1);
  decision.add(slower_by(-1'000));
  CHECK(decision.state() == State::passed);
  CHECK(decision.missing() == 0);
  CHECK(decision.pairs() == 7);
}

TEST_CASE("a slower B fails when fresh pairs confirm it") {
  PairedDecision decision(wall_time_tolerances());
  for (int i = 0; i < 7; ++i) decision.add(slower_by(200'000 + 1'000 * i));
  REQUIRE(decision.state() == State::confirming);
  CHECK(decision.suspects() == std::vector{Metric::p50, Metric::p90, Metric::p99});
  CHECK(decision.missing() == 7);
  CHECK(decision.confirmed().empty());
  for (int i = 0; i < 7; ++i) decision.add(slower_by(150'000 + 1'000 * i));
  REQUIRE(decision.state() == State::failed);
  CHECK(decision.pairs() == 14);
  CHECK(decision.confirmed().size() == 3);
}

TEST_CASE("a suspicion that fresh pairs do not confirm is dropped, and the next look goes on") {
  PairedDecision decision(wall_time_tolerances());
  for (int i = 0; i < 7; ++i) decision.add(slower_by(200'000 + 1'000 * i));
  for (int i = 0; i < 7; ++i) decision.add(slower_by(i % 2 == 0 ? 20'000 : -20'000));
  CHECK(decision.state() == State::looking);
  CHECK(decision.suspects().empty());
  CHECK(decision.confirmations() == 1);
  CHECK(decision.missing() == 4);  // the fresh ones are not seen by the looks
  CHECK(decision.pairs() == 14);
}

TEST_CASE("noise that hides everything ends undecided after fifteen pairs") {
  PairedDecision decision(wall_time_tolerances());
  for (int i = 0; i < 15; ++i) {
    CHECK_FALSE(decision.has_ended());
    decision.add(slower_by(i % 2 == 0 ? 400'000 + 1'000 * i : -400'000 + 1'000 * i));
  }
  CHECK(decision.state() == State::undecided);
}

TEST_CASE("a difference that is sure but tolerated is no failure") {
  PairedDecision decision(wall_time_tolerances());
  for (int i = 0; i < 7; ++i) decision.add(slower_by(20'000 + 100 * i));
  CHECK(decision.state() == State::passed);
}

TEST_CASE("more errors fail, and a heap of them in one run does not") {
  Pair failing = slower_by(0);
  failing.errors_b = {220, 10'000};
  PairedDecision decision(wall_time_tolerances());
  for (int i = 0; i < 7; ++i) {
    ++failing.errors_b.hits;
    decision.add(failing);
  }
  REQUIRE(decision.state() == State::confirming);
  CHECK(decision.suspects() == std::vector{Metric::errors});
  add(decision, 7, failing);
  CHECK(decision.state() == State::failed);

  PairedDecision heap(wall_time_tolerances());
  Pair one = slower_by(0);
  one.errors_b = {5'000, 10'000};
  heap.add(one);
  for (int i = 0; i < 14; ++i) heap.add(slower_by(i % 2 == 0 ? 100 : -100));
  CHECK(heap.state() == State::undecided);
}

TEST_CASE("where nobody counted errors, latencies alone decide") {
  PairedDecision decision(wall_time_tolerances());
  Pair pair = slower_by(0);
  pair.errors_a = pair.errors_b = {};
  add(decision, 7, pair);
  CHECK(decision.state() == State::passed);
}

// The whole table is printed by gate_bench, and is in docs/gate.md.
TEST_CASE("of gates over equals, no more than one in a hundred fails") {
  for (const double sd : {0.13, 0.29}) {
    const auto outcomes = tests::simulate_gates({sd, 0.05}, {}, 500, 20'261'128);
    INFO(sd);
    CHECK(outcomes.failed <= 5);
  }
}

TEST_CASE("a slow-down of a fifth is found on a noisy machine too") {
  for (const double sd : {0.13, 0.29}) {
    const auto outcomes =
        tests::simulate_gates({sd, 0.05}, tests::uniform_effect(0.2), 100, 20'261'128);
    INFO(sd);
    CHECK(outcomes.passed == 0);
    CHECK(outcomes.failed >= 80);
  }
}

}  // namespace
}  // namespace seawall::compare
