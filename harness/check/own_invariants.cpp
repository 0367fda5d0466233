#include "harness/check/own_invariants.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/check/levels.hpp"

namespace seawall::check {
namespace {

using model::Invariant;
using record::Finding;
using record::ProbeSample;
using Status = Finding::Status;
using Moment = ProbeSample::Moment;

std::vector<std::string> probes_of(const model::Expression& that) {
  std::vector<std::string> names;
  model::collect_probes(that, names);
  return names;
}

// With the warm-up and the settling: what was refunded at the end may have been paid at the start.
Focus whole_run(const Evidence& evidence) {
  const Record& record = evidence.record();
  Focus focus = whole(evidence.scenario(), record, evidence.observations());
  focus.windows = {{record.warmup_start, focus.now}};
  return focus;
}

// At the end, when all had come to rest.
Finding judge_at_the_end(const model::Expression& that, const Evidence& evidence) {
  Focus focus = whole_run(evidence);
  focus.round = last_round(evidence.record(), Moment::settled);
  Finding finding = judge_condition(that, focus);
  finding.phase = "settled";
  finding.exercised = 1;
  const bool judged = finding.status == Status::held || finding.status == Status::broken;
  if (judged && evidence.cut_short()) {
    finding.status = Status::not_judged;
    finding.why = "The run was broken off before all had come to rest";
  } else if (judged && evidence.record().events_dropped > 0 && depends_on_events(that)) {
    finding.status = Status::not_judged;
    finding.why = "Events were dropped, and what was measured is counted from events";
  }
  return finding;
}

// The rounds of one `always` invariant, folded into one finding.
class Fold {
 public:
  explicit Fold(const Record& record) : record_(record) {}

  void add(Finding one, TimePoint t) {
    if (one.status == Status::broken) {
      if (finding_.offending++ == 0) {
        finding_.value = one.value;
        finding_.limit = one.limit;
        finding_.why = fmt::format("At {}: {}", time_text(t - record_.time_zero), one.why);
      }
    } else if (one.status != Status::held) {
      ++unknown_;
      unknown_why_ = one.why;
      return;
    } else if (finding_.offending == 0) {
      finding_.value = one.value;  // the last, while nothing broke it
      finding_.limit = one.limit;
    }
    ++finding_.exercised;
  }

  Finding take() {
    const std::int64_t all = finding_.exercised + unknown_;
    if (finding_.offending > 0) {
      finding_.status = Status::broken;
      finding_.why += fmt::format("; broken in {} of {} looks", finding_.offending, all);
    } else if (all == 0) {
      finding_.status = Status::inconclusive;
      finding_.why = "The run ended before its probes had been asked";
    } else if (unknown_ > finding_.exercised) {
      finding_.status = Status::inconclusive;
      finding_.why =
          fmt::format("{} of {} looks gave no value, the last: {}", unknown_, all, unknown_why_);
    } else if (unknown_ > 0) {
      // Beside what held, for all to see: the rest of a line that is ok is not shown.
      finding_.value += fmt::format(" ({} of {} looks gave no value)", unknown_, all);
      finding_.why =
          fmt::format("{} of {} looks gave no value, the last: {}", unknown_, all, unknown_why_);
    }
    return std::move(finding_);
  }

 private:
  const Record& record_;
  Finding finding_;
  std::int64_t unknown_ = 0;
  std::string unknown_why_;
};

Finding judge_always(const model::Expression& that, const Evidence& evidence) {
  const Record& record = evidence.record();
  Fold fold(record);
  for (const auto& [round, t] : rounds_with(probes_of(that), record)) {
    Focus focus = whole_run(evidence);
    focus.windows = {{record.warmup_start, t}};
    focus.now = t;
    focus.round = round;
    fold.add(judge_condition(that, focus), t);
  }
  Finding finding = fold.take();
  finding.phase = "always";
  return finding;
}

}  // namespace

std::map<std::uint32_t, TimePoint> rounds_with(const std::vector<std::string>& probes,
                                               const Record& record) {
  std::map<std::uint32_t, std::set<std::string>> seen;
  std::map<std::uint32_t, TimePoint> complete;
  for (const ProbeSample& sample : record.probes) {
    if (sample.moment == Moment::steady_state) continue;
    if (std::ranges::find(probes, sample.probe) == probes.end()) continue;
    seen[sample.round].insert(sample.probe);
    TimePoint& t = complete[sample.round];
    t = std::max(t, sample.t);
  }
  std::erase_if(complete,
                [&](const auto& round) { return seen[round.first].size() < probes.size(); });
  return complete;
}

std::uint32_t last_round(const Record& record, Moment moment) {
  std::uint32_t last = 0;
  for (const ProbeSample& sample : record.probes)
    if (sample.moment == moment) last = std::max(last, sample.round);
  return last;
}

bool rest_holds(const model::Scenario& scenario, const Record& record, TimePoint now) {
  const Observations observations(record);
  Focus focus{scenario, record, observations, {{record.warmup_start, now}}, now};
  focus.round = last_round(record, Moment::settled);
  const auto holds = [&focus](const model::Expression& that) {
    if (probes_of(that).empty() || measures_anything(that)) return true;
    return judge_condition(that, focus).status == Status::held;
  };
  return std::ranges::all_of(scenario.steady_state, holds) &&
         std::ranges::all_of(scenario.invariants, [&](const Invariant& invariant) {
           return !invariant.that || invariant.when == Invariant::When::always ||
                  holds(*invariant.that);
         });
}

std::vector<Finding> judge_own_invariants(const Evidence& evidence) {
  std::vector<Finding> findings;
  for (const Invariant& invariant : evidence.scenario().invariants) {
    if (!invariant.that) continue;
    const bool always = invariant.when == Invariant::When::always;
    Finding finding = always ? judge_always(*invariant.that, evidence)
                             : judge_at_the_end(*invariant.that, evidence);
    finding.kind = Finding::Kind::invariant;
    finding.name = invariant.name;
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> judge_steady_state_again(const Evidence& evidence) {
  std::vector<Finding> findings;
  for (const model::Expression& hold : evidence.scenario().steady_state)
    if (!probes_of(hold).empty()) findings.push_back(judge_at_the_end(hold, evidence));
  return findings;
}

}  // namespace seawall::check
