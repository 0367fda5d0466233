#include "harness/compare/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"
#include "harness/compare/exact.hpp"
#include "harness/stats/log_ratio.hpp"

namespace seawall::compare {
namespace {

using Verdict = Comparison::Verdict;
using Standing = Row::Standing;

constexpr std::int64_t ppm = base::Share::all().ppm;

base::Diagnostic mistake(const Run& run, std::string message, std::string hint) {
  base::Diagnostic problem;
  problem.file = run.where;
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

std::vector<const Run*> runs_of(const Side& a, const Side& b) {
  std::vector<const Run*> runs;
  for (const Side* side : {&a, &b})
    for (const Run& run : side->runs) runs.push_back(&run);
  return runs;
}

// Why what these runs measured is not the same thing, as a message; empty where it is.
std::string unlike(const Run& run, const Run& first) {
  if (run.world != first.world)
    return fmt::format("a run in the world \"{}\"; expected \"{}\", as {} has it", run.world,
                       first.world, first.where);
  if (run.comparison_hash != first.comparison_hash)
    return fmt::format(
        "it measured something else than {}: the target, the load, the faults or the durations "
        "differ (comparison_hash {}, there {})",
        first.where, run.comparison_hash, first.comparison_hash);
  return "";
}

// The notes are told with the result, where the user wants one all the same.
base::expected<void, base::Diagnostic> check_alike(const std::vector<const Run*>& runs,
                                                   const Rules& rules,
                                                   std::vector<std::string>& notes) {
  const Run* first = nullptr;
  std::vector<std::string> told;
  for (const Run* run : runs) {
    if (run->is_log) {
      notes.push_back(
          fmt::format("{} is a log: only latencies are compared, and nothing says "
                      "whether it measured the same",
                      run->where));
      continue;
    }
    std::string message = run->is_whole ? "" : "the run was broken off or came to no verdict";
    if (!first) first = run;
    if (message.empty()) message = unlike(*run, *first);
    if (message.empty()) continue;
    if (rules.asked && run->is_whole) {
      told.emplace_back(
          "A and B differ in the target, the load, the faults or the durations, as was asked");
      continue;
    }
    if (!rules.force)
      return base::unexpected(
          mistake(*run, message, "compare runs of one scenario, or add --force"));
    told.push_back(fmt::format("compared all the same: {}: {}", run->where, message));
  }
  if (told.size() > 1 && !rules.asked)
    told.front() += fmt::format("; and {} runs more", told.size() - 1);
  if (!told.empty()) notes.push_back(told.front());
  return {};
}

void note_machines(const std::vector<const Run*>& runs, std::vector<std::string>& untrusted) {
  std::set<std::string> machines;
  for (const Run* run : runs)
    if (!run->is_log) machines.insert(run->machine);
  if (machines.size() > 1)
    untrusted.push_back(
        fmt::format("the runs come from {} machines ({})", machines.size(),
                    base::join(std::vector<std::string>(machines.begin(), machines.end()), "; ")));
}

// Ten requests beyond the quantile, in each run.
void note_few_requests(const std::vector<const Run*>& runs, std::vector<std::string>& untrusted) {
  const std::int64_t needed = 10 * ppm / (ppm - quantile_of(Metric::p99).ppm);
  for (const Run* run : runs) {
    const std::int64_t count = run->figures.all().latency.count();
    if (count >= needed) continue;
    untrusted.push_back(
        fmt::format("{} has {} requests, and a p99 takes {}", run->where, count, needed));
    return;
  }
}

std::vector<std::uint64_t> seeds_of(const Side& side) {
  std::vector<std::uint64_t> seeds;
  for (const Run& run : side.runs) seeds.push_back(run.seed);
  std::ranges::sort(seeds);
  return seeds;
}

bool is_exact(const Side& a, const Side& b) {
  const auto runs = runs_of(a, b);
  const bool all_virtual =
      std::ranges::all_of(runs, [](const Run* run) { return !run->is_log && run->is_virtual; });
  return all_virtual && seeds_of(a) == seeds_of(b);
}

bool is_same_throughout(const Side& a, const Side& b) {
  return std::ranges::equal(a.runs, b.runs, [](const Run& x, const Run& y) {
    return x.is_log == y.is_log && is_same(x.figures, y.figures);
  });
}

std::set<std::string> united(const Side& side, std::set<std::string> Run::* which) {
  std::set<std::string> all;
  for (const Run& run : side.runs) all.insert((run.*which).begin(), (run.*which).end());
  return all;
}

std::vector<std::string> without(const std::set<std::string>& from,
                                 const std::set<std::string>& taken) {
  std::vector<std::string> rest;
  std::ranges::set_difference(from, taken, std::back_inserter(rest));
  return rest;
}

std::vector<std::string> common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

std::vector<const Run*> by_seed(const Side& side) {
  std::vector<const Run*> runs;
  for (const Run& run : side.runs) runs.push_back(&run);
  std::ranges::stable_sort(runs, {}, &Run::seed);
  return runs;
}

// What `from` has in its set and `taken` has not. Of exact runs, in any pair of one seed: there
// what happens in one pair excuses nothing in another. Other runs are draws, and taken together.
std::set<std::string> lacking(const Side& from, const Side& taken,
                              std::set<std::string> Run::* which) {
  std::set<std::string> names;
  const auto add = [&](const std::set<std::string>& has, const std::set<std::string>& others) {
    for (std::string& name : without(has, others)) names.insert(std::move(name));
  };
  if (!is_exact(from, taken)) {
    add(united(from, which), united(taken, which));
    return names;
  }
  const auto runs = by_seed(from), others = by_seed(taken);
  for (std::size_t i = 0; i < runs.size(); ++i) add(runs[i]->*which, others[i]->*which);
  return names;
}

void compare_checks(const Side& a, const Side& b, Comparison& into) {
  const auto broken_a = united(a, &Run::broken), broken_b = united(b, &Run::broken);
  const auto missed_a = united(a, &Run::missed), missed_b = united(b, &Run::missed);
  const auto newly_broken = lacking(b, a, &Run::broken);
  const auto newly_missed = lacking(b, a, &Run::missed);
  into.newly_broken.assign(newly_broken.begin(), newly_broken.end());
  into.newly_missed.assign(newly_missed.begin(), newly_missed.end());
  const auto both = [](const auto& of_a, const auto& of_b, const auto& newly) {
    const auto names = common(of_a, of_b);
    return without(std::set<std::string>(names.begin(), names.end()), newly);
  };
  into.both_broken = both(broken_a, broken_b, newly_broken);
  into.both_missed = both(missed_a, missed_b, newly_missed);
  into.mended = without(broken_a, broken_b);
  for (std::string& name : without(missed_a, missed_b)) into.mended.push_back(std::move(name));
}

std::string names_of_worse(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows)
    if (row.standing == Standing::worse)
      names.push_back(row.request.empty()
                          ? std::string(name_of(row.metric))
                          : fmt::format("{} of {}", name_of(row.metric), row.request));
  return base::join(names, ", ");
}

void conclude_exact(Comparison& into) {
  const std::string worse = names_of_worse(into.rows);
  const bool all_same =
      std::ranges::all_of(into.rows, [](const Row& row) { return row.a == row.b; });
  into.verdict = Verdict::passed;
  into.reason = all_same ? "Nothing differs." : "Nothing got worse beyond what is tolerated.";
  if (!into.newly_missed.empty()) {
    into.verdict = Verdict::regression;
    into.reason = "A service level that A met is missed.";
  }
  if (!worse.empty()) {
    into.verdict = Verdict::regression;
    into.reason = fmt::format(
        "Worse beyond what is tolerated: {}. In virtual time the same seed makes a difference "
        "real.",
        worse);
  }
}

// Of one figure of each run of a side.
std::int64_t median(const Side& side, const std::function<std::int64_t(const Run&)>& figure) {
  std::vector<std::int64_t> values;
  for (const Run& run : side.runs) values.push_back(figure(run));
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

std::int64_t value_of(Metric metric, const RequestFigures& figures) {
  if (is_quantile(metric)) return figures.latency.value_at_quantile(quantile_of(metric)).count();
  if (metric == Metric::goodput) return figures.expected;
  return figures.sent == 0 ? 0 : base::scale(figures.sent - figures.expected, ppm, figures.sent);
}

bool has_request(const Side& side, const std::string& request) {
  return request.empty() || std::ranges::any_of(side.runs, [&](const Run& run) {
           return run.figures.requests.contains(request);
         });
}

// Medians alone: no pairs, no statistics.
Row shown_row(Metric metric, const std::string& request, const Side& a, const Side& b) {
  Row row;
  row.request = request;
  row.metric = metric;
  const auto value = [&](const Run& run) {
    if (request.empty()) return value_of(metric, run.figures.all());
    const auto found = run.figures.requests.find(request);
    return found == run.figures.requests.end() ? 0 : value_of(metric, found->second);
  };
  row.a = median(a, value);
  row.b = median(b, value);
  if (!has_request(a, request) || !has_request(b, request)) {
    row.standing = has_request(a, request) ? Standing::only_a : Standing::only_b;
    return row;
  }
  if (metric == Metric::errors)
    row.change = row.b - row.a;
  else if (row.a > 0)
    row.change = base::scale(row.b - row.a, ppm, row.a);
  return row;
}

std::int64_t change_in_ppm(Metric metric, std::int64_t value) {
  if (metric == Metric::errors) return value;
  return std::llround(stats::change_of_log(value) * static_cast<double>(ppm));
}

Row judged_row(const Judgement& judgement, const PairedDecision& decision, const Side& a,
               const Side& b, base::Share tolerated) {
  Row row = shown_row(judgement.metric, "", a, b);
  const auto in_ppm = [&](std::int64_t value) { return change_in_ppm(judgement.metric, value); };
  row.change = in_ppm(judgement.estimate);
  if (judgement.low) row.low = in_ppm(*judgement.low);
  if (judgement.high) row.high = in_ppm(*judgement.high);
  row.chance = judgement.chance.value();
  row.tolerated = tolerated;
  const bool has_failed = decision.state() == PairedDecision::State::failed &&
                          std::ranges::count(decision.suspects(), judgement.metric) > 0;
  row.standing = has_failed                 ? Standing::worse
                 : row.high.value_or(1) < 0 ? Standing::better
                 : judgement.is_within      ? Standing::within
                                            : Standing::undecided;
  return row;
}

bool has_counts(const std::vector<const Run*>& runs) {
  return std::ranges::all_of(runs, [](const Run* run) { return run->figures.all().sent > 0; });
}

std::string missing_pairs(const PairedDecision& decision) {
  if (decision.state() == PairedDecision::State::confirming)
    return fmt::format("{} pairs look slower, which takes {} more to confirm.", decision.pairs(),
                       decision.missing());
  return fmt::format("{} {} of runs cannot tell; the next look takes {} more.", decision.pairs(),
                     decision.pairs() == 1 ? "pair" : "pairs", decision.missing());
}

void decide_by(const PairedDecision& decision, Comparison& into) {
  using State = PairedDecision::State;
  switch (decision.state()) {
    case State::passed:
      into.verdict = Verdict::passed;
      into.reason =
          fmt::format("{} pairs: every bound is within what is tolerated.", decision.pairs());
      return;
    case State::failed:
      into.verdict = Verdict::regression;
      into.reason = fmt::format(
          "Slower, best estimate beyond what is tolerated: {}; seven fresh pairs confirm it.",
          names_of_worse(into.rows));
      return;
    case State::undecided:
      into.reason = fmt::format(
          "{} pairs are within the noise of this machine: neither slower nor as fast for sure.",
          decision.pairs());
      return;
    case State::looking:
    case State::confirming:
      into.reason = missing_pairs(decision);
  }
}

// A pair with a load that was not held says nothing.
void feed(const Side& a, const Side& b, PairedDecision& decision, std::vector<std::string>& notes) {
  for (std::size_t i = 0; i < std::min(a.runs.size(), b.runs.size()); ++i) {
    if (decision.has_ended()) {
      notes.push_back(fmt::format("{} pairs were enough; those after them are left out", i));
      return;
    }
    if (!a.runs[i].load_held || !b.runs[i].load_held) {
      notes.push_back(fmt::format("pair {} is left out: its load was not held", i + 1));
      continue;
    }
    decision.add(pair_of(a.runs[i].figures.all(), b.runs[i].figures.all()));
  }
}

void conclude(const PairedDecision& decision, const Side& a, const Side& b, const Rules& rules,
              Comparison& into) {
  const std::vector<const Run*> runs = runs_of(a, b);
  const bool counted = has_counts(runs);
  const std::vector<Judgement> judgements = decision.judgements();
  for (const Metric metric : all_metrics) {
    if (!is_quantile(metric) && !counted) continue;
    const auto judged = std::ranges::find(judgements, metric, &Judgement::metric);
    const bool is_judged = judged != judgements.end() && judged->is_known;
    into.rows.push_back(is_judged ? judged_row(*judged, decision, a, b, rules.wall.of(metric))
                                  : shown_row(metric, "", a, b));
  }
  std::set<std::string> names;
  for (const Run* run : runs)
    for (const auto& [name, figures] : run->figures.requests) names.insert(name);
  for (const std::string& name : names)
    for (const Metric metric : all_metrics)
      if (names.size() > 1 && (is_quantile(metric) || counted))
        into.rows.push_back(shown_row(metric, name, a, b));
  decide_by(decision, into);
}

// What was found stays a hint where the runs cannot carry a verdict.
void distrust(const std::vector<std::string>& why, Comparison& into) {
  into.notes.insert(into.notes.end(), why.begin(), why.end());
  if (why.empty() || into.verdict == Verdict::inconclusive) return;
  into.verdict = Verdict::inconclusive;
  into.reason = fmt::format("No more than a hint, because {}. {}", why.front(), into.reason);
}

// Pairs leave out such runs by themselves.
std::vector<std::string> without_load(const std::vector<const Run*>& runs) {
  std::vector<std::string> sentences;
  for (const Run* run : runs)
    if (!run->load_held)
      sentences.push_back(fmt::format("the load of {} was not held", run->where));
  return sentences;
}

// One sentence for each thing that runs of this side leave open: mostly they leave open the same.
void append_doubts(const Side& side, std::vector<std::string>& doubts) {
  std::map<std::string, std::vector<const Run*>> runs_of;
  for (const Run& run : side.runs) {
    for (const std::string& doubt : run.doubts) runs_of[doubt].push_back(&run);
    if (!run.is_whole) runs_of["it was broken off or came to no verdict"].push_back(&run);
  }
  for (const auto& [doubt, runs] : runs_of) {
    std::string sentence = runs.size() == 1
                               ? fmt::format("{} is inconclusive: {}", runs.front()->where, doubt)
                               : fmt::format("{} and {} more of its side are inconclusive: {}",
                                             runs.front()->where, runs.size() - 1, doubt);
    // A run that is compared with itself is on both sides.
    if (std::ranges::count(doubts, sentence) == 0) doubts.push_back(std::move(sentence));
  }
}

// A run that could not be judged is no evidence that nothing got worse. That something did is in
// what was measured.
void judge_doubts(const Side& a, const Side& b, Comparison& into) {
  std::vector<std::string> doubts;
  for (const Side* side : {&a, &b}) append_doubts(*side, doubts);
  const auto is_log = [](const Run* run) { return run->is_log; };
  const auto unjudged = lacking(a, b, &Run::judged);
  if (!unjudged.empty() && std::ranges::none_of(runs_of(a, b), is_log))
    doubts.push_back(
        fmt::format("A was judged by what B was not: {}",
                    base::join(std::vector<std::string>(unjudged.begin(), unjudged.end()), ", ")));
  if (into.verdict == Verdict::passed) return distrust(doubts, into);
  into.notes.insert(into.notes.end(), doubts.begin(), doubts.end());
}

// No statistics: one violation is one too many.
void judge_invariants(const Rules& rules, Comparison& into) {
  const std::string both = base::join(into.both_broken, ", ");
  if (!into.newly_broken.empty()) {
    into.verdict = Verdict::invariant_broken;
    into.reason = "B breaks what A keeps: " + base::join(into.newly_broken, ", ") + ".";
  } else if (!both.empty() && rules.asked) {
    into.verdict = Verdict::invariant_broken;
    into.reason =
        fmt::format("Both break {}: B is no worse than A, and broken all the same.", both);
  } else if (!both.empty() && into.verdict == Verdict::passed) {
    into.verdict = Verdict::inconclusive;
    into.reason = fmt::format("Both break {}, which is no pass. {}", both, into.reason);
  }
}

Comparison comparison_of(const Side& a, const Side& b) {
  Comparison comparison;
  comparison.a = a.name;
  comparison.b = b.name;
  comparison.scenario = b.runs.front().scenario;
  comparison.runs_a = a.runs.size();
  comparison.runs_b = b.runs.size();
  compare_checks(a, b, comparison);
  return comparison;
}

}  // namespace

base::expected<Comparison, base::Diagnostic> compare(const Side& a, const Side& b,
                                                     const Rules& rules) {
  const std::vector<const Run*> runs = runs_of(a, b);
  Comparison comparison = comparison_of(a, b);
  const auto alike = check_alike(runs, rules, comparison.notes);
  if (!alike) return base::unexpected(alike.error());

  comparison.is_exact = is_exact(a, b);
  if (comparison.is_exact || is_same_throughout(a, b)) {
    comparison.rows = exact_rows(together(a.runs), together(b.runs), rules.exact);
    conclude_exact(comparison);
    distrust(without_load(runs), comparison);
  } else {
    PairedDecision decision(rules.wall);
    feed(a, b, decision, comparison.notes);
    conclude(decision, a, b, rules, comparison);
    std::vector<std::string> untrusted;
    note_machines(runs, untrusted);
    note_few_requests(runs, untrusted);
    distrust(untrusted, comparison);
  }
  judge_doubts(a, b, comparison);
  judge_invariants(rules, comparison);
  return comparison;
}

Comparison compare_pairs(const PairedDecision& decision, const Side& a, const Side& b,
                         const Rules& rules) {
  Comparison comparison = comparison_of(a, b);
  conclude(decision, a, b, rules, comparison);
  std::vector<std::string> untrusted;
  note_few_requests(runs_of(a, b), untrusted);
  distrust(untrusted, comparison);
  judge_doubts(a, b, comparison);
  Rules gate = rules;
  gate.asked = true;
  judge_invariants(gate, comparison);
  return comparison;
}

std::string_view name_of(Comparison::Verdict verdict) {
  constexpr auto names =
      std::to_array<std::string_view>({"pass", "fail", "regression", "inconclusive"});
  return names[static_cast<std::size_t>(verdict)];
}

std::string_view name_of(Row::Standing standing) {
  constexpr auto names = std::to_array<std::string_view>(
      {"same", "better", "within", "worse", "undecided", "shown", "too_few", "only_a", "only_b"});
  return names[static_cast<std::size_t>(standing)];
}

}  // namespace seawall::compare
