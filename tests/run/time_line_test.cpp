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

TEST_CASE("a crash or a restart heals when the world says that its node serves again") {
  const char* const type = GENERATE("crash", "restart");
  std::vector<model::Fault> faults = {window(type, 1s, std::nullopt)};
  faults[0].type = type;
  TimeLine line(faults, 10s);
  line.due(1s, acts);
  CHECK(line.due(2s, acts).empty());
  CHECK(line.any_acts());
  CHECK(line.due(3s, rests).empty());
  CHECK_FALSE(line.any_acts());
  CHECK(line.last_heal() == base::Duration(3s));
}

TEST_CASE("a fault that flaps acts and rests in turn within its window") {
  std::vector<model::Fault> faults = {window("flap", 1s, 9s), window("next", 1s, 1s)};
  faults[0].flap = model::Flap{2s, 1s};
  faults[1].window.after = "flap";
  TimeLine line(faults, 20s);
  std::string story;
  for (base::Duration now = 0s; now <= 14s; now = line.next().value_or(20s)) {
    for (const TimeLine::Action& action : line.due(now, acts)) {
      story += std::to_string(now / 1s) + (action.kind == Kind::arm ? '+' : '-');
      story += std::to_string(action.position) + ' ';
    }
    if (!story.empty()) CHECK(line.any_acts() == (story[story.size() - 3] == '+'));
  }
  CHECK(story == "1+0 3-0 4+0 6-0 7+0 9-0 11+1 12-1 ");
}

TEST_CASE("whoever asks late does not shift the turns that follow") {
  std::vector<model::Fault> faults = {window("flap", 0s, 20s)};
  faults[0].flap = model::Flap{2s, 2s};
  TimeLine line(faults, 20s);
  CHECK(line.due(100ms, acts).size() == 1);
  CHECK(line.next() == base::Duration(2s));
  CHECK(line.due(8500ms, acts).empty());  // twice round: it acts again, or still
  CHECK(line.next() == base::Duration(10s));
  CHECK(line.due(10s, acts).at(0).kind == Kind::heal);
  CHECK(line.last_heal() == base::Duration(10s));
}

TEST_CASE("a fault that waits is armed once, when its time has come") {
  std::vector<model::Fault> faults = {window("waits", 0s, 2s), window("next", 1s, 1s)};
  faults[0].when.emplace();
  faults[1].window.after = "waits";
  TimeLine line(faults, 20s);
  CHECK_FALSE(line.next().has_value());
  CHECK(line.due(5s, acts).empty());
  line.saw(0, 6s);
  CHECK(line.due(6s, acts).at(0).kind == Kind::arm);
  line.saw(0, 7s);
  CHECK(line.next() == base::Duration(8s));
  CHECK(line.due(8s, acts).at(0).kind == Kind::heal);
  line.saw(0, 9s);
  CHECK(line.due(9s, acts).at(0).position == 1);
  CHECK(line.due(10s, acts).size() == 1);
  CHECK_FALSE(line.next().has_value());
}

TEST_CASE("a fault at an execution index is armed for the whole load") {
  std::vector<model::Fault> faults = {window("at-call", 0s, std::nullopt)};
  faults[0].at_call.emplace_back();
  TimeLine line(faults, 10s);
  CHECK(line.due(0s, acts).size() == 1);
  CHECK(line.next() == base::Duration(10s));
}
