// [nemesis]: what it draws is as good as written, and the same for the same seed.
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace seawall;
using namespace seawall::scenario;
using namespace seawall::scenario::tests;

namespace {

std::string nemesis(const std::string& more = {}, int seed = 1) {
  return fmt::format(R"(
[run]
seed = {}
duration = "60s"
[nemesis]
pick = ["partition", "crash", "drop_reply", "refuse"]
among = ["order", "payment", "inventory"]
every = "5s"
for = "2s"
{})",
                     seed, more);
}

std::vector<model::Fault> drawn(const std::string& more = {}, int seed = 1) {
  return reading_of(valid_with(nemesis(more, seed))).scenario.faults;
}

std::string story(const std::vector<model::Fault>& faults) {
  std::string story;
  for (const model::Fault& fault : faults)
    story += fmt::format("{} {} {} {}\n", fault.name, fault.type, model::site_of(fault),
                         base::to_text(fault.window.at));
  return story;
}

}  // namespace

TEST_CASE("of a service with instances one of them dies") {
  std::set<std::string> dead;
  for (int seed = 1; seed <= 20; ++seed)
    for (const model::Fault& fault : drawn("[target.instances]\npayment = 2\n", seed))
      if (fault.type == "crash") dead.insert(fault.node);
  CHECK(dead == std::set<std::string>{"inventory", "order", "payment/1", "payment/2"});
}

TEST_CASE("what drains first is down for the rest of its time") {
  std::set<base::Duration> drains;
  for (const model::Fault& fault : drawn("", 3)) {
    if (fault.type != "crash") continue;
    CHECK(fault.drain + *fault.restart == base::Duration(2s));
    drains.insert(fault.drain);
  }
  CHECK(drains.size() > 1);
}

TEST_CASE("what is done to a service is done to none of its instances") {
  std::set<std::string> locked;
  const Reading reading = reading_of(valid_with(R"(
[target.instances]
payment = 2
[nemesis]
pick = ["database_lock"]
among = ["payment", "inventory"]
every = "1s"
for = "1s"
)"));
  for (const model::Fault& fault : reading.scenario.faults) locked.insert(fault.node);
  CHECK(locked == std::set<std::string>{"inventory", "payment"});
}

TEST_CASE("a seed draws one schedule and another seed another") {
  CHECK(story(drawn()) == story(drawn()));
  CHECK(story(drawn()) != story(drawn("", 2)));
  std::set<std::string> types;
  for (int seed = 1; seed <= 5; ++seed)
    for (const model::Fault& fault : drawn("", seed)) types.insert(fault.type);
  CHECK(types.size() == 4);
}

TEST_CASE("what a nemesis draws lies within its times and places") {
  const auto faults = drawn("from = \"10s\"\nto = \"50s\"\n");
  REQUIRE(faults.size() == 8);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const model::Fault& fault = faults[i];
    INFO(fault.name);
    CHECK(fault.name == fmt::format("nemesis-{}", i + 1));
    CHECK(fault.window.at == 10s + static_cast<int>(i) * 5s);
    CHECK(fault.must_hit.count == 0);
    CHECK_FALSE(fault.in_file);
    if (fault.type == "crash") {
      CHECK(fault.drain + *fault.restart == base::Duration(2s));
      CHECK_FALSE(fault.node.empty());
    } else {
      CHECK(fault.window.length == base::Duration(2s));
      CHECK(fault.covers({"order", "payment"}) + fault.covers({"order", "inventory"}) +
                fault.covers({"gateway", "order"}) + fault.covers({"gateway", "payment"}) >
            0);
      CHECK_FALSE(fault.covers({"order", "shipping"}));
    }
  }
}

TEST_CASE("at most so many of a nemesis act at the same time and none is moved by that") {
  const std::string dense = "from = \"1s\"\n";
  const auto with = [&](int at_most) {
    std::string text = nemesis(dense + fmt::format("at_most = {}\n", at_most));
    return text.replace(text.find("\"5s\""), 4, "\"1s\"");
  };
  const auto all = reading_of(valid_with(with(2))).scenario.faults;
  const auto some = reading_of(valid_with(with(1))).scenario.faults;
  CHECK(all.size() == 58);
  REQUIRE(some.size() == 29);
  for (std::size_t i = 0; i < some.size(); ++i) {
    CHECK(some[i].window.at == all[2 * i].window.at);
    CHECK(some[i].type == all[2 * i].type);
    CHECK(model::site_of(some[i]) == model::site_of(all[2 * i]));
  }
}

TEST_CASE("the scenario that a run writes has what was drawn and draws nothing more") {
  const std::string own =
      "[[fault]]\nname = \"own\"\ntype = \"refuse\"\non = \"order -> payment\"\n";
  const Reading reading = reading_of(valid_with(own + nemesis()));
  CHECK(reading.scenario.faults.front().name == "own");
  CHECK(reading.scenario.faults.front().in_file);
  CHECK(reading.scenario.resolved.find("[nemesis]") == std::string::npos);
  const Reading again = reading_of(reading.scenario.resolved);
  CHECK(story(again.scenario.faults) == story(reading.scenario.faults));
  CHECK(again.scenario.comparison_hash == reading.scenario.comparison_hash);
}

TEST_CASE("checks may name what a nemesis draws") {
  CHECK(errors_with(nemesis() +
                    "[[slo]]\nthat = \"error_rate < 50%\"\nphase = \"during nemesis-2\"\n")
            .empty());
}

TEST_CASE("a nemesis that cannot draw is refused") {
  const auto with = [](const std::string& rest) { return errors_with("[nemesis]\n" + rest); };
  const std::string times = "every = \"5s\"\nfor = \"2s\"\n";
  CHECK(with("pick = [\"refuse\"]\n") ==
        "13:1 \"every\" is missing; expected how often one is drawn\n"
        "13:1 \"for\" is missing; expected how long each of them lasts\n");
  CHECK(with(times + "pick = [\"refused\"]\n").ends_with("did you mean \"refuse\"?\n"));
  CHECK(with(times + "pick = [\"disk_full\"]\n")
            .starts_with("16:9 kind \"disk_full\" is not in this version"));
  CHECK(with(times + "pick = [\"refuse\"]\namong = [\"paymnt\"]\n")
            .ends_with("did you mean \"payment\"?\n"));
  CHECK(with(times + "pick = [\"latency\"]\n") ==
        "16:9 latency needs \"latency\"; expected kinds that need nothing beside their place\n");
  CHECK(with(times + "pick = [\"partition\"]\namong = [\"payment\", \"inventory\"]\n")
            .starts_with("16:9 partition has no place among inventory, payment"));
  CHECK(with(times + "pick = []\n").starts_with("16:8 no kind to pick from"));
  CHECK(with(times + "pick = [\"refuse\"]\nto = \"40s\"\n").starts_with("17:6 ends at 40s"));
  CHECK(with(times + "pick = [\"refuse\"]\nfrom = \"29s\"\n")
            .starts_with("15:7 no fault of 2s has room from 29s to 30s"));
  CHECK(with(times + "pick = [\"refuse\"]\nat_least = 1\n")
            .starts_with("17:1 unknown key \"at_least\""));
}
