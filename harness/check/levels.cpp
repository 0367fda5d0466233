#include "harness/check/levels.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/evaluate.hpp"
#include "harness/check/measures.hpp"
#include "harness/check/own_invariants.hpp"

namespace seawall::check {
namespace {

using namespace std::chrono_literals;
using model::Expression;
using record::Finding;
using Status = Finding::Status;

constexpr Duration shortest_look = 1s;

// Whether any measure of this expression is one of those.
template <class Those>
bool has_measure(const Expression& expression, Those those) {
  if (expression.kind == Expression::Kind::measure)
    if (const Measure* measure = find_measure(expression.name); measure && those(*measure))
      return true;
  return std::any_of(expression.children.begin(), expression.children.end(),
                     [&](const Expression& child) { return has_measure(child, those); });
}

bool depends_on_load(const Expression& expression) {
  return has_measure(expression, [](const Measure& measure) { return measure.of_load; });
}

std::string name_of(const model::ServiceLevel& level) {
  return level.name.empty() ? level.that.text : level.name;
}

Status status_of(const Outcome& outcome) {
  switch (outcome.state) {
    case Outcome::State::value:
      if (outcome.number == 0) return Status::broken;
      return outcome.blind ? Status::inconclusive : Status::held;
    case Outcome::State::failed:
      return Status::broken;
    case Outcome::State::inconclusive:
      return Status::inconclusive;
    case Outcome::State::not_applicable:
      return Status::not_applicable;
  }
  return Status::inconclusive;
}

// "66.2 ms <= 300 ms", "66.2 ms; 0.1 %": what was measured, in the order of the text.
void describe_comparisons(const std::vector<Comparison>& seen, Finding& finding) {
  for (const Comparison& comparison : seen) {
    if (!finding.value.empty()) finding.value += "; ";
    finding.value += comparison.measured;
    if (!finding.limit.empty()) finding.limit += "; ";
    finding.limit += comparison.limit;
    if (!comparison.remark.empty()) finding.why = comparison.remark;
  }
}

Finding judge_level(const model::ServiceLevel& level, Focus focus, LoadHeld load_held) {
  Finding finding;
  const auto windows = windows_of(level.phase, focus.scenario, focus.record);
  if (windows) {
    focus.windows = *windows;
    finding = judge_condition(level.that, focus);
  } else {
    finding.kind = Finding::Kind::slo;
    finding.status = status_of(windows.error());
    finding.why = windows.error().why;
  }
  finding.name = name_of(level);
  finding.phase = level.phase.text;
  const bool judged = finding.status == Status::held || finding.status == Status::broken;
  if (judged && load_held == LoadHeld::no && depends_on_load(level.that)) {
    finding.status = Status::not_judged;
    finding.why =
        "The load was not sent as planned, so what was measured says nothing of the "
        "system";
  } else if (judged && focus.record.events_dropped > 0 && depends_on_events(level.that)) {
    finding.status = Status::not_judged;
    finding.why = "Events were dropped, and what was measured is counted from events";
  }
  return finding;
}

// What the measures of an expression count: "compensations: orders that turned back ...".
void collect_words(const Expression& that, std::vector<std::string>& words) {
  if (const Measure* measure =
          that.kind == Expression::Kind::measure ? find_measure(that.name) : nullptr) {
    std::string word = fmt::format("{}: {}", that.text, measure->doc);
    if (std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(std::move(word));
  }
  for (const Expression& child : that.children) collect_words(child, words);
}

std::string words_of(const Expression& that) {
  std::vector<std::string> words;
  collect_words(that, words);
  return base::join(words, "; ");
}

// The bound that this expression, or a part of it, puts on a latency from above.
void find_bounds(const Expression& expression, std::optional<Duration>& tightest) {
  using Kind = Expression::Kind;
  if (expression.kind >= Kind::less && expression.kind <= Kind::greater_equal) {
    const bool from_above = expression.kind == Kind::less || expression.kind == Kind::less_equal;
    const Expression& measured = expression.children.at(from_above ? 0 : 1);
    const Expression& bound = expression.children.at(from_above ? 1 : 0);
    const bool of_latency = measured.kind == Kind::measure &&
                            (measured.name == "latency" || measured.name == "latency_all");
    if (of_latency && bound.kind == Kind::number) {
      const auto limit = Duration(static_cast<std::int64_t>(bound.number * 1e9));
      tightest = std::min(tightest.value_or(limit), limit);
    }
  }
  for (const Expression& child : expression.children) find_bounds(child, tightest);
}

Duration longest_timeout(const model::Scenario& scenario) {
  Duration longest{};
  for (const model::Load& load : scenario.loads) longest = std::max(longest, load.timeout);
  return longest;
}

}  // namespace

bool measures_anything(const Expression& expression) {
  return has_measure(expression, [](const Measure&) { return true; });
}

bool depends_on_events(const Expression& expression) {
  return has_measure(
      expression, [](const Measure& measure) { return measure.source == Measure::Source::events; });
}

Finding judge_condition(const Expression& that, const Focus& focus) {
  Finding finding;
  finding.kind = Finding::Kind::slo;
  finding.name = that.text;
  std::vector<Comparison> seen;
  const Outcome outcome = evaluate(that, focus, &seen);
  finding.status = status_of(outcome);
  describe_comparisons(seen, finding);
  if (!outcome.why.empty()) finding.why = outcome.why;
  if (outcome.blind) finding.why += ", so nothing could have broken this check: it proves nothing";
  if (!finding.why.empty()) return finding;
  finding.why = words_of(that);
  if (finding.status == Status::broken && finding.why.empty())
    finding.why = fmt::format("{} was measured, {} is wanted", finding.value, finding.limit);
  return finding;
}

std::vector<Finding> judge_levels(const model::Scenario& scenario, const Record& record,
                                  const Observations& observations, LoadHeld load_held) {
  const Focus focus = whole(scenario, record, observations);
  std::vector<Finding> findings;
  for (const model::ServiceLevel& level : scenario.levels)
    findings.push_back(judge_level(level, focus, load_held));
  return findings;
}

bool depends_on_load(const model::Scenario& scenario, std::string_view level) {
  return std::any_of(scenario.levels.begin(), scenario.levels.end(),
                     [&](const model::ServiceLevel& one) {
                       return name_of(one) == level && depends_on_load(one.that);
                     });
}

std::vector<Finding> judge_steady_state(const model::Scenario& scenario, const Record& record,
                                        TimePoint now) {
  const Observations observations(record);
  Focus focus{scenario, record, observations, {{record.warmup_start, now}}, now};
  focus.round = last_round(record, record::ProbeSample::Moment::steady_state);
  std::vector<Finding> findings;
  for (const Expression& hold : scenario.steady_state) {
    findings.push_back(judge_condition(hold, focus));
    findings.back().phase = "warm-up";
  }
  return findings;
}

namespace {

// One that names probes is judged look by look: it is met when it held in each look of the load
// phase for as long as it says, up to the last one. A look that gave no value ends the row.
// Measures beside them are taken over the last second of which all is known.
bool held_in_looks(const model::StopWhen& stop, const std::vector<std::string>& probes,
                   const model::Scenario& scenario, const Record& record, TimePoint now) {
  const std::map<std::uint32_t, TimePoint> rounds = rounds_with(probes, record);
  const bool measures = measures_anything(stop.that);
  const Observations observations(record);
  for (auto at = rounds.rbegin(); at != rounds.rend(); ++at) {
    const auto [round, t] = *at;
    const TimePoint to = t - longest_timeout(scenario);
    const TimePoint from = to - shortest_look;
    if (t < record.time_zero || (measures && from < record.time_zero)) return false;
    Focus focus{scenario, record, observations, {{from, to}}, now};
    focus.round = round;
    if (!evaluate(stop.that, focus).holds()) return false;
    if (rounds.rbegin()->second - t >= stop.length) return true;
  }
  return false;
}

}  // namespace

bool is_met(const model::StopWhen& stop, const model::Scenario& scenario, const Record& record,
            TimePoint now) {
  std::vector<std::string> probes;
  model::collect_probes(stop.that, probes);
  if (!probes.empty()) return held_in_looks(stop, probes, scenario, record, now);
  const TimePoint to = now - longest_timeout(scenario);
  const TimePoint from = to - std::max(stop.length, shortest_look);
  if (from < record.time_zero) return false;
  const Observations observations(record);
  const Focus focus{scenario, record, observations, {{from, to}}, now};
  const Outcome outcome = evaluate(stop.that, focus);
  return outcome.holds();
}

std::optional<Duration> tightest_latency_bound(const model::Scenario& scenario) {
  std::optional<Duration> tightest;
  for (const model::ServiceLevel& level : scenario.levels) find_bounds(level.that, tightest);
  return tightest;
}

}  // namespace seawall::check
