#include "harness/explore/explore.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "harness/explore/hints.hpp"
#include "harness/explore/kept.hpp"
#include "harness/explore/story.hpp"

namespace seawall::explore {
namespace {

constexpr std::int64_t other_seeds = 40;

// Violations with the same signature, in the order in which they were found.
using Group = std::vector<const Violation*>;

// The search is breadth first, so the first of a group is its smallest.
std::vector<Group> groups_of(const std::vector<Violation>& violations) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> by_signature;
  for (const Violation& violation : violations) {
    const auto [place, is_new] = by_signature.try_emplace(violation.signature(), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&violation);
  }
  return groups;
}

Finding told(const Stage& stage, Candidates& candidates, const Group& group, const Setup& setup) {
  Finding finding;
  for (const Violation* one : group) finding.found_by.push_back(candidates.shown(one->plan));
  Shrunk small = shrunk(stage, candidates, *group.front(), setup.limits.time.spent);
  finding.violation = std::move(small.violation);
  finding.is_minimal = small.is_minimal;
  const Plan& plan = finding.violation.plan;
  finding.plan = candidates.shown(plan);
  finding.robustness =
      robustness(stage, candidates, finding.violation, other_seeds, setup.in_parallel);
  const auto faults = faults_of(candidates, plan);
  const Played played = play(stage, faults, stage.scenario->run.seed);
  finding.story = story_of(played.record, faults);
  const Broken broken{stage, setup.make_target, faults, finding.violation, played.record};
  const Hint hint = hint_for(broken);
  finding.hint = hint.text;
  finding.scenario =
      kept_scenario(candidates.with_faults(plan), finding.plan, broken, hint, *setup.words);
  if (!finding.violation.by_write) finding.violation.culprit += late_write_words(played.record);
  return finding;
}

// Two groups may come down to the same plan: then it is one thing that broke in two ways.
void add(std::vector<Finding>& findings, Finding finding) {
  const auto same = std::ranges::find(findings, finding.scenario, &Finding::scenario);
  if (same == findings.end())
    findings.push_back(std::move(finding));
  else
    std::ranges::move(finding.found_by, std::back_inserter(same->found_by));
}

}  // namespace

Exploration explore(const Setup& setup) {
  Candidates candidates(setup.text, *setup.words);
  const runtime::Target target = setup.make_target(candidates.scenario());
  const Stage stage{&candidates.scenario(), &target};
  Exploration exploration;
  exploration.searched = search(stage, candidates, setup.limits, setup.in_parallel, setup.ended);
  for (const Group& group : groups_of(exploration.searched.violations))
    add(exploration.findings, told(stage, candidates, group, setup));
  std::ranges::stable_sort(exploration.findings, {},
                           [](const Finding& finding) { return finding.violation.plan.size(); });
  return exploration;
}

}  // namespace seawall::explore
