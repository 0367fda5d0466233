#include "tests/planted/judged.hpp"

#include <algorithm>
#include <cstdio>

#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "harness/explore/whole.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
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

const model::Vocabulary& all_words() {
  static const model::Vocabulary words = shop_words({"concurrency_limit"});
  return words;
}

model::Scenario read(const std::string& text, std::uint64_t seed) {
  scenario::ReadOptions options;
  options.seed = seed;
  options.mode = model::Mode::sim;
  auto reading = scenario::read_scenario_text("planted.toml", text, options, all_words());
  if (!reading)
    for (const base::Diagnostic& mistake : reading.error())
      std::fputs(base::to_text(mistake).c_str(), stderr);
  base::require(reading.has_value(), "the scenario of a mutant can be read");
  return std::move(reading->scenario);
}

bool is_well(const Finding& finding) {
  return finding.status != Finding::Status::broken &&
         finding.status != Finding::Status::inconclusive;
}

}  // namespace

Judged judged(const Mutant& mutant, std::uint64_t seed, Bug bug) {
  const model::Scenario scenario = read(common + mutant.scenario, seed);
  const Plant plant(bug);
  const run::Outcome outcome = explore::run_whole(scenario, shop::make_target(scenario));
  base::require(outcome.environment_error.empty(), "a world in virtual time needs nothing");
  Judged judged;
  judged.exit = outcome.verdict.exit;
  for (const Finding& finding : outcome.verdict.findings) {
    if (is_well(finding)) continue;
    judged.text += finding.name + ": " + finding.value + "; " + finding.why + "\n";
    if (finding.status == Finding::Status::broken) judged.broken.push_back(finding.name);
  }
  return judged;
}

}  // namespace seawall::test
