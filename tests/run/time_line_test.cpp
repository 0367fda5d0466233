#include "harness/run/time_line.hpp"

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace seawall;
using run::TimeLine;
using Kind = TimeLine::Action::Kind;

namespace {

model::Fault window(std::string name, base::Duration at, std::optional<base::Duration> length) {
  model::Fault fault;
  fault.name = std::move(name);
  fault.type = "latency";
  fault.window.at = at;
  fault.window.length = length;
  return fault;
}

const auto acts = [](std::uint16_t) { return true; };
const auto rests = [](std::uint16_t) { return false; };

}  // namespace

TEST_CASE("a window arms and heals its fault at its times") {
  const std::vector<model::Fault> faults = {window("slow", 2s, 3s)};
  TimeLine line(faults, 10s);
  CHECK(line.next() == base::Duration(2s));
  CHECK(line.due(1s, acts).empty());
  auto actions = line.due(2s, acts);
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].kind == Kind::arm);
  CHECK(line.any_acts());
  CHECK(line.next() == base::Duration(5s));
  actions = line.due(5s, acts);
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].kind == Kind::heal);
  CHECK_FALSE(line.any_acts());
  CHECK(line.last_heal() == base::Duration(5s));
  CHECK_FALSE(line.next().has_value());
}

TEST_CASE("a fault may start after the heal of another") {
  std::vector<model::Fault> faults = {window("first", 1s, 1s), window("second", 3s, 1s)};
  faults[1].window.after = "first";
  TimeLine line(faults, 20s);
  line.due(1s, acts);
  CHECK(line.due(1500ms, acts).empty());
  line.due(2s, acts);
  CHECK(line.next() == base::Duration(5s));
  const auto actions = line.due(5s, acts);
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].position == 1);
}

TEST_CASE("a crash heals when the world says that its node serves again") {
  std::vector<model::Fault> faults = {window("crash", 1s, std::nullopt)};
  faults[0].type = "crash";
  TimeLine line(faults, 10s);
  line.due(1s, acts);
  CHECK(line.due(2s, acts).empty());
  CHECK(line.any_acts());
  CHECK(line.due(3s, rests).empty());
  CHECK_FALSE(line.any_acts());
  CHECK(line.last_heal() == base::Duration(3s));
}

TEST_CASE("a fault at an execution index is armed for the whole load") {
  std::vector<model::Fault> faults = {window("at-call", 0s, std::nullopt)};
  faults[0].at_call.emplace_back();
  TimeLine line(faults, 10s);
  CHECK(line.due(0s, acts).size() == 1);
  CHECK(line.next() == base::Duration(10s));
}
