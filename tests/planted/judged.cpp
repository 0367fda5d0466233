#include "tests/planted/judged.hpp"

#include <algorithm>
#include <atomic>

#include <planted.hpp>

#include "faults/kinds/kind.hpp"
#include "harness/run/run.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/sim/world.hpp"
#include "targets/shop/shop.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shop_words.hpp"

namespace seawall::test {

namespace {

using record::Finding;

// A few hundred orders. What a mutant's scenario says comes behind.
const std::string common = R"(
schema = 1

[scenario]
name = "planted"

[run]
warmup   = "500ms"
duration = "5s"
settle   = "40s"

[load]
rate = "40/s"
)";

class Nobody final : public run::Watcher {
 public:
  void phase(std::string_view) override {}
  void fault(const model::Fault&, bool, base::Duration) override {}
  void tick(const run::Tick&) override {}
};

const model::Vocabulary& words() {
  static const model::Vocabulary words = shop_words({"concurrency_limit"});
  return words;
}

model::Scenario read(const std::string& text, std::uint64_t seed) {
  scenario::ReadOptions options;
  options.seed = seed;
  options.mode = model::Mode::sim;
  auto reading = scenario::read_scenario_text("planted.toml", text, options, words());
  std::string mistakes;
  if (!reading)
    for (const base::Diagnostic& mistake : reading.error())
      mistakes += std::to_string(mistake.line) + ": " + mistake.message + "\n";
  INFO(mistakes);
  REQUIRE(reading);
  return std::move(reading->scenario);
}

run::Outcome execute(const model::Scenario& scenario) {
  const runtime::Target target = shop::make_target(scenario);
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.seed = scenario.run.seed;
  for (std::uint16_t position = 0; const model::Fault& fault : scenario.faults)
    setup.faults.push_back(kinds::arm(fault, position++));
  sim::World world(setup);
  Nobody nobody;
  const std::atomic<int> interrupts = 0;
  run::Setup run;
  run.scenario = &scenario;
  run.target = &target;
  run.world = &world;
  run.watcher = &nobody;
  run.interrupts = &interrupts;
  return run::execute(run);
}

bool is_well(const Finding& finding) {
  return finding.status != Finding::Status::broken &&
         finding.status != Finding::Status::inconclusive;
}

void check_passes(const Judged& sound) {
  INFO("without the bug\n" << sound.text);
  CHECK(sound.exit == 0);
}

void check_breaks(const Judged& ill, const std::string& promise) {
  INFO("with the bug\n" << ill.text);
  const std::vector<std::string> invariants = check::invariant_names();
  const bool costs_an_invariant =
      std::find_first_of(ill.broken.begin(), ill.broken.end(), invariants.begin(),
                         invariants.end()) != ill.broken.end();
  CHECK(std::find(ill.broken.begin(), ill.broken.end(), promise) != ill.broken.end());
  CHECK(ill.exit == (costs_an_invariant ? 1 : 3));
}

}  // namespace

Judged judged(const std::string& text, std::uint64_t seed, Bug bug) {
  const model::Scenario scenario = read(text, seed);
  const Plant plant(bug);
  const run::Outcome outcome = execute(scenario);
  REQUIRE(outcome.environment_error.empty());
  Judged judged;
  judged.exit = outcome.verdict.exit;
  for (const Finding& finding : outcome.verdict.findings) {
    if (is_well(finding)) continue;
    judged.text += finding.name + ": " + finding.value + "; " + finding.why + "\n";
    if (finding.status == Finding::Status::broken) judged.broken.push_back(finding.name);
  }
  return judged;
}

void check_found(const Mutant& mutant) {
  const std::string text = common + mutant.scenario;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    INFO("seed " << seed);
    check_passes(judged(text, seed, Bug::none));
    check_breaks(judged(text, seed, mutant.bug), mutant.breaks);
  }
}

}  // namespace seawall::test
