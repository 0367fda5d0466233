// What the fuzzer finds in virtual time is a bug over real sockets too, and is none where the bug
// is not there.
#include <algorithm>
#include <optional>

#include <planted.hpp>

#include "faults/kinds/kind.hpp"
#include "harness/run/run.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/worlds/worlds.hpp"
#include "tests/support/catch.hpp"
#include "tests/swarm/setup.hpp"

namespace seawall::test {

namespace {

// The names of what it breaks over real sockets, in this process.
std::vector<std::string> broken_over_sockets(const std::string& text) {
  scenario::ReadOptions options;
  options.mode = model::Mode::inprocess;
  options.sets = {"target.store=\"memory\""};
  const auto reading = scenario::read_scenario_text("found.toml", text, options, words());
  REQUIRE(reading.has_value());
  const model::Scenario& scenario = reading->scenario;
  const runtime::Target target = shop::make_target(scenario);
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.seed = scenario.run.seed;
  setup.store = scenario.target.store;
  setup.faults = kinds::arm_all(scenario.faults);
  const auto world = worlds::make_world(scenario, setup);
  run::Unwatched nobody;
  const std::atomic<int> interrupts = 0;
  run::Setup run;
  run.scenario = &scenario;
  run.target = &target;
  run.world = world.get();
  run.watcher = &nobody;
  run.interrupts = &interrupts;
  const run::Outcome outcome = run::execute(run);
  REQUIRE(outcome.environment_error.empty());
  std::vector<std::string> broken;
  for (const record::Finding& finding : outcome.verdict.findings)
    if (finding.status == record::Finding::Status::broken)
      broken.push_back(finding.id + " " + finding.name);
  return broken;
}

}  // namespace

TEST_CASE("a bug that was found shows over real sockets, and without it nothing does", "[swarm]") {
  for (const Bug bug : {Bug::idempotency_key_ignored, Bug::client_key_ignored}) {
    std::optional<Plant> plant(bug);
    const swarm::Result result = Fuzzed({}, 60).run();
    REQUIRE_FALSE(result.findings.empty());
    const swarm::Found& found = result.findings.front();
    CHECK(found.is_robust());
    CHECK(found.plan.size() <= 3);
    const std::vector<std::string> broken = broken_over_sockets(found.scenario);
    INFO(found.scenario);
    CHECK(std::ranges::find(broken, found.broken.front()) != broken.end());
    plant.reset();
    CHECK(broken_over_sockets(found.scenario).empty());
  }
}

}  // namespace seawall::test
