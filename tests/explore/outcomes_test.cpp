// What can go wrong, as text.
#include "harness/explore/outcomes.hpp"

#include <algorithm>

#include "harness/explore/timed.hpp"
#include "harness/model/point.hpp"
#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

model::Point point(const std::string& text) { return model::parse_plan_item(text)->point; }

std::vector<std::string> shown(const std::vector<explore::FaultText>& faults) {
  std::vector<std::string> lines;
  for (const explore::FaultText& fault : faults) lines.push_back(fault.shown);
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

}  // namespace

TEST_CASE("a call can be lost, repeated, late, and take its ends with it", "[explore]") {
  const model::Scenario scenario = shop_scenario();
  const std::string call = "order 1: order->payment.charge #1";
  const auto lines = shown(explore::faults_at(point(call), scenario));
  for (const char* outcome :
       {"drop_request", "drop_reply", "refuse", "http_abort(effect=after, status=503)",
        "duplicate_request", "crash(on=order)", "crash(effect=after, on=payment)",
        "late_request(delay=3s)", "latency(latency=750ms)"})
    CHECK(has(lines, call + ": " + outcome));
  CHECK(has(lines, "order 1: order->payment.charge #*: drop_reply"));
}

TEST_CASE("every attempt is one unit, and is there once", "[explore]") {
  const auto lines =
      shown(explore::faults_at(point("order 1: order->payment.charge #2"), shop_scenario()));
  CHECK(std::ranges::none_of(
      lines, [](const std::string& line) { return line.find("#*") != std::string::npos; }));
}

TEST_CASE("the client does not die", "[explore]") {
  const auto lines =
      shown(explore::faults_at(point("order 1: client->gateway.place-order #1"), shop_scenario()));
  CHECK_FALSE(has(lines, "order 1: client->gateway.place-order #1: crash(on=client)"));
  CHECK(has(lines, "order 1: client->gateway.place-order #1: crash(on=gateway)"));
}

TEST_CASE("a durable write can be the last of its node, and can fail", "[explore]") {
  const auto lines =
      shown(explore::faults_at(point("order 1: payment!capture #1"), shop_scenario()));
  CHECK(lines ==
        std::vector<std::string>{"order 1: payment!capture #1: crash(on=payment)",
                                 "order 1: payment!capture #1: crash(effect=after, on=payment)",
                                 "order 1: payment!capture #1: disk_error"});
}

TEST_CASE("every fault that is tried can be read back, and is the fault of its line", "[explore]") {
  explore::Candidates candidates(shop_setup().text, words());
  const auto group = candidates.at_point(point("order 1: order->payment.charge #1"));
  candidates.add_services({{"client", "gateway"}, {"gateway", "order"}, {"order", "payment"}});
  for (const std::uint32_t number : candidates.group(group)) {
    const explore::Candidate& candidate = candidates.at(number);
    const auto item = model::parse_plan_item(candidate.shown);
    REQUIRE(item.has_value());
    CHECK(model::to_text(*item) == candidate.shown);
    CHECK(candidate.fault.type == item->outcome);
    CHECK(candidate.fault.at_call.size() == 1);
  }
  // Two pairs of services with four partitions each, three clocks that jump two ways.
  CHECK(candidates.group(explore::Candidates::of_services).size() == 2 * 4 + 3 * 2);
}

// The second attempt comes through; without one, nothing was done, and nothing is taken back.
TEST_CASE("a call that is refused never leaves its caller", "[explore]") {
  const explore::Setup setup = shop_setup();
  explore::Candidates candidates(setup.text, *setup.words);
  const runtime::Target target = setup.make_target(candidates.scenario());
  const explore::Stage stage{&candidates.scenario(), &target};
  const auto calls_under = [&](const std::string& ordinal) {
    const explore::Plan plan = {candidates.number_of(
        explore::fault_at_point("order 1: order->payment.charge " + ordinal + ": refuse"))};
    const explore::Played played =
        explore::play(stage, explore::faults_of(candidates, plan), stage.scenario->run.seed);
    CHECK(played.all_hit);
    CHECK(played.broken.empty());
    std::string calls;
    for (const record::Exchange& row : played.record.exchanges) {
      if (row.link != base::Link{"order", "payment"}) continue;
      if (!calls.empty()) calls += ", ";
      calls += std::string(row.index.operation) + " " + std::to_string(row.status);
      if (!row.failure) continue;
      CHECK(*row.failure == model::Failure::refused);
      CHECK(row.copies == 0);
    }
    return calls;
  };
  CHECK(calls_under("#1") == "charge 0, charge 200");
  CHECK(calls_under("#*") == "charge 0, charge 0, charge 0");
}

TEST_CASE("a fault that lasts for a time is made plainer one step at a time", "[explore]") {
  const explore::FaultText fault =
      explore::fault_for_a_time({"type = \"drop_reply\"", "on = \"order -> payment\"",
                                 "probability = \"50%\"", "at = \"1s\"", "for = \"400ms\""});
  const auto plainer = explore::plainer_in_time(fault.toml);
  REQUIRE(plainer.size() == 3);
  CHECK(plainer[0].shown ==
        "type = \"drop_reply\", on = \"order -> payment\", at = \"1s\", for = \"400ms\"");
  CHECK(plainer[1].shown.find("at = \"0s\"") != std::string::npos);
  CHECK(plainer[2].shown.find("for = \"200ms\"") != std::string::npos);
  const explore::FaultText plain = explore::fault_for_a_time(
      {"type = \"pause\"", "on = \"order\"", "at = \"0s\"", "for = \"150ms\""});
  CHECK(explore::plainer_in_time(plain.toml).empty());
  CHECK(explore::plainer_in_time("[[fault]]\nplan = ['order 1: a->b.c #1: drop_reply']\n").empty());
}

}  // namespace seawall::test
