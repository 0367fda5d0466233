#include "harness/survey/survey.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/survey/texts.hpp"
#include "reports/run_report.hpp"

namespace seawall::survey {
namespace {

using record::Exchange;

constexpr std::int64_t quiet_requests = 4;  // the first of them finds everything cold
constexpr Duration least_step = 500ms;

Duration to_milliseconds(Duration time) {
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

// How long the callers of a place were seen to wait, for what is to come after that.
struct Waits {
  std::optional<Duration> attempt;  // of one attempt
  std::optional<Duration> total;    // of the request, where no attempt gets through
  std::optional<Duration> window;   // that was long enough for it

  void learn(const Waits& more) {
    if (more.attempt) attempt = more.attempt;
    if (more.total) total = more.total;
    if (more.window) window = more.window;
  }
};

// What a cell has left to be looked at, and what it came to.
struct Task {
  Cell cell;
  bool was_run = false;
  Waits learned;
};

// By what a run is longer than the one before it, or that it is once more what that was: on a
// machine that does much else, a request may fail without any fault.
struct Longer {
  bool again = false;
  bool window = false;
  bool after = false;
  bool hold = false;
  bool any() const { return again || window || after || hold; }
};

class Surveying {
 public:
  Surveying(const model::Scenario& scenario, const Setup& setup)
      : scenario_(scenario), setup_(setup), texts_(scenario) {
    survey_.scenario = scenario.meta.name;
    survey_.kind = scenario.target.kind;
    survey_.seed = scenario.run.seed;
    for (const model::Invariant& invariant : scenario.invariants)
      if (invariant.that) survey_.invariants.push_back(invariant.name);
  }

  base::expected<Survey, base::Diagnostics> go() {
    for (Asked& asked : requests_of(scenario_)) {
      if (over()) break;
      survey_.requests.push_back({std::move(asked), {}, {}, {}, {}, {}, {}, {}});
      survey_.requests.back().trouble = survey_.requests.back().asked.trouble;
      if (!survey_.requests.back().trouble.empty()) continue;
      if (!look_without_faults(survey_.requests.back())) return base::unexpected(mistakes_);
      look_at_places();
    }
    survey_.complete = !over();
    return std::move(survey_);
  }

 private:
  // ---- One request without any fault.

  // False: the text has mistakes.
  bool look_without_faults(Surveyed& one) {
    Duration step = least_step;
    for (int tries = 0; tries < 2 && !over(); ++tries) {
      const auto scenario = read(texts_.quiet(one.asked, quiet_requests, step, next_seed()));
      if (!scenario) return false;
      const auto outcome = run(*scenario);
      if (!outcome) return true;
      if (!was_sound(*outcome)) return true;
      one.trouble.clear();
      note_quiet(one, step, *outcome);
      note_broken(std::string(by_no_fault), *outcome);
      // Where one takes longer than the next waits, nobody knows whose a call is.
      if (one.normal * 2 < step) return true;
      step = to_milliseconds(one.normal * 3);
    }
    return true;
  }

  void note_quiet(Surveyed& one, Duration step, const run::Outcome& outcome) {
    const record::Record& record = outcome.record;
    const Duration first = Texts::first_at(one.asked, step);
    const model::Expect& expect = spec_of(scenario_, one.asked.source).expect;
    std::vector<base::TimePoint> sent;
    one.normal = Duration{};
    for (std::int64_t i = 0; i < quiet_requests; ++i) {
      const Exchange* row = sent_at(record, first + i * step);
      if (!row || !row->expected) {
        one.trouble = "without any fault it got " + (row ? told(*row, expect) : "not sent");
        return;
      }
      sent.push_back(row->sent);
      one.seen = told(*row, expect);
      if (i > 0) one.normal = std::max(one.normal, row->ended - row->sent);
    }
    note_never_held(one, outcome);
    one.limit = to_milliseconds(std::max(one.normal * 10, patience_of(one) / 5));
    starting_ = std::max(starting_, record.warmup_start - record.events.front().t);
    note_places(one, calls_between(record, sent, record.load_end), record);
  }

  // What is not held without any fault cannot be blamed on one, but for what a cell before did.
  void note_never_held(Surveyed& one, const run::Outcome& outcome) {
    for (const record::Finding& finding : outcome.verdict.findings) {
      if (finding.kind != record::Finding::Kind::invariant) continue;
      if (finding.status == record::Finding::Status::held)
        one.never_held.erase(finding.name);
      else if (!left_broken_.contains(finding.name))
        one.never_held[finding.name] = found_of(finding);
    }
    // What runs already keeps it: the cells are compared with what was there before.
    if (scenario_.target.is_external())
      for (const auto& [name, found] : one.never_held) left_broken_.try_emplace(name, Broken{});
  }

  // Calls in the order in which they come, then the links on which no request was seen.
  void note_places(Surveyed& one, const std::vector<Call>& calls, const record::Record& record) {
    one.places.clear();
    for (const Call& call : calls) one.places.push_back({call.link, call});
    std::set<base::Link> seen;
    for (const Exchange& row : record.exchanges) seen.insert(base::between_services(row.link));
    for (const model::LinkSpec& link : scenario_.links) {
      const bool may_be_other =
          link.from != model::client_name && link.protocol != model::LinkSpec::Protocol::http;
      if (may_be_other && !seen.contains(link.link()))
        one.places.push_back({link.link(), std::nullopt});
    }
  }

  // ---- What can go wrong at its places.

  // First what shows how long callers wait, and whether a link is used, for the rest needs that.
  void look_at_places() {
    const std::size_t request = survey_.requests.size() - 1;
    Surveyed& one = survey_.requests.back();
    std::vector<Task> first, others;
    for (std::size_t place = 0; place < one.places.size(); ++place)
      for (const Trouble trouble : troubles_at(one.places[place], scenario_)) {
        Task task;
        task.cell.request = request;
        task.cell.place = place;
        task.cell.trouble = trouble;
        (comes_first(one.places[place], trouble) ? first : others).push_back(std::move(task));
      }
    std::vector<Waits> waits(one.places.size());
    run_all(one, waits, first);
    std::set<std::size_t> unused;
    for (const Task& task : first) {
      waits[task.cell.place].learn(task.learned);
      if (task.was_run && shows_no_use(task.cell, one.places[task.cell.place]))
        unused.insert(task.cell.place);
    }
    std::erase_if(others, [&unused](const Task& task) { return unused.contains(task.cell.place); });
    run_all(one, waits, others);
    std::ranges::move(others, std::back_inserter(first));
    std::ranges::sort(
        first, {}, [](const Task& task) { return std::pair(task.cell.place, task.cell.trouble); });
    for (Task& task : first)
      if (task.was_run && !unused.contains(task.cell.place))
        survey_.cells.push_back(std::move(task.cell));
    drop(unused, one);
  }

  // Of places that the request needs not, no more is said than that. The last ones first.
  void drop(const std::set<std::size_t>& unused, Surveyed& one) {
    const std::size_t request = survey_.requests.size() - 1;
    for (const std::size_t place : unused) one.unused.push_back(to_text(one.places[place]));
    for (auto place = unused.rbegin(); place != unused.rend(); ++place) {
      one.places.erase(one.places.begin() + static_cast<std::ptrdiff_t>(*place));
      for (Cell& cell : survey_.cells)
        if (cell.request == request && cell.place > *place) --cell.place;
    }
  }

  void run_all(const Surveyed& one, const std::vector<Waits>& waits, std::vector<Task>& tasks) {
    const auto run_one = [&](std::size_t i) {
      Task& task = tasks[i];
      if (over()) return;
      task.was_run = look_at_cell(one, waits[task.cell.place], task);
      if (!task.was_run || !setup_.ended) return;
      if (!shows_no_use(task.cell, one.places[task.cell.place])) setup_.ended(one, task.cell);
    };
    // What runs already is one, and would meet the faults of all of them.
    if (setup_.in_parallel && !scenario_.target.is_external())
      return setup_.in_parallel(tasks.size(), run_one);
    for (std::size_t i = 0; i < tasks.size(); ++i) run_one(i);
  }

  bool comes_first(const Place& place, Trouble trouble) const {
    if (!place.call) return trouble == troubles_at(place, scenario_).front();
    return trouble == Trouble::request_lost || trouble == Trouble::every_request_lost;
  }

  // The first trouble of a link that is no HTTP acts on whatever passes; if it did not, nothing
  // does.
  bool shows_no_use(const Cell& cell, const Place& place) const {
    return !place.call && !cell.judged.acted && comes_first(place, cell.trouble);
  }

  // False: it is over.
  bool look_at_cell(const Surveyed& one, const Waits& waits, Task& task) {
    Cell& cell = task.cell;
    const Place& place = one.places[cell.place];
    Longer longer;
    Trial trial;
    trial.place = &place;
    trial.trouble = cell.trouble;
    trial.limit = one.limit;
    trial.broken_before = left_broken_;
    if (!scenario_.target.is_external()) trial.never_held = one.never_held;
    while (true) {
      trial.times = times_of(one, place, cell.trouble, waits, longer);
      cell.scenario = text_of(one, trial);
      const auto scenario = read(cell.scenario);
      base::require(scenario.has_value(), "a cell is the quiet run with faults and levels");
      const auto outcome = run(*scenario);
      if (!outcome) return false;
      trial.scenario = &*scenario;
      if (!was_sound(*outcome)) return false;
      cell.judged = judge(trial, *outcome);
      const Longer next = next_of(place, cell.judged, longer);
      if (next.any() && !over()) {
        longer = next;
        continue;
      }
      task.learned = learn(trial, *outcome);
      note_broken(title_of(one, cell), *outcome);
      if (cell.judged.fate != Fate::survives && !shows_no_use(cell, place))
        keep(one, cell, trial, *outcome);
      return true;
    }
  }

  std::string text_of(const Surveyed& one, const Trial& trial) {
    return texts_.cell(one.asked, *trial.place, trial.trouble, trial.times, trial.limit,
                       next_seed());
  }

  // What runs already remembers the orders and the keys of the cells before.
  std::uint64_t next_seed() {
    if (!scenario_.target.is_external()) return scenario_.run.seed;
    return scenario_.run.seed + static_cast<std::uint64_t>(survey_.runs);
  }

  // It keeps what a cell does to it, too.
  void note_broken(const std::string& title, const run::Outcome& outcome) {
    if (!scenario_.target.is_external()) return;
    for (const record::Finding& finding : outcome.verdict.findings) {
      if (finding.kind != record::Finding::Kind::invariant) continue;
      // Of what could not be judged nothing is known anew.
      if (finding.status == record::Finding::Status::held) left_broken_.erase(finding.name);
      if (finding.status != record::Finding::Status::broken) continue;
      if (Broken& broken = left_broken_[finding.name];
          broken.by.empty() || broken.value != finding.value)
        broken = {finding.value, title};
    }
  }

  // A target that fails before the fault is there says nothing of faults.
  bool was_sound(const run::Outcome& outcome) {
    const bool was_armed = std::ranges::any_of(outcome.record.faults, &record::FaultUse::was_armed);
    if (outcome.environment_error.empty() || was_armed) return true;
    fail(outcome.environment_error);
    return false;
  }

  // What is to be longer than in this run; nothing where that was tried.
  static Longer next_of(const Place& place, const Judged& judged, const Longer& longer) {
    Longer next = longer;
    next.again = longer.again || judged.failed_before;
    if (next.again != longer.again) return next;
    next.window = longer.window || judged.healed_too_early || (place.call && !judged.acted);
    next.after = longer.after || judged.ended_too_early;
    next.hold = longer.hold || judged.missed;
    const bool is_new =
        next.window != longer.window || next.after != longer.after || next.hold != longer.hold;
    return is_new ? next : Longer{};
  }

  Times times_of(const Surveyed& one, const Place& place, Trouble trouble, const Waits& waits,
                 const Longer& longer) const {
    const Duration patience = patience_of(one);
    Times times;
    times.step = to_milliseconds(std::max(least_step, one.normal * 2 + 200ms));
    times.before = Texts::first_at(one.asked, times.step);
    times.tested = times.before + times.step;
    times.hold = longer.hold ? 1200ms : 400ms;
    times.dies = std::min<Duration>(times.hold * 3 / 8, waits.attempt.value_or(1s) / 2);
    times.slow = to_milliseconds(waits.attempt ? *waits.attempt * 3 / 2 : patience / 2);
    times.late = waits.total ? to_milliseconds(*waits.total) + 300ms : times.slow;
    // One call is met when it comes; what is to last may have to last for as long as the request.
    times.window = place.call && !lasts(trouble, place)
                       ? to_milliseconds(place.call->after) + 400ms
                       : std::min<Duration>(patience + 300ms, 1500ms);
    if (trouble == Trouble::every_reply_lost) times.window = waits.window.value_or(times.window);
    if (longer.window) times.window = patience + 500ms;
    if (trouble == Trouble::slow) times.window = std::max(times.window, times.slow + 300ms);
    if (trouble == Trouble::late) times.window = std::max(times.window, times.late + 300ms);
    times.after = times.step + 1ms;
    if (is_killing(trouble)) times.after += to_milliseconds(starting_) + 1s;
    if (longer.after) times.after += to_milliseconds(scenario_.run.settle);
    return times;
  }

  // What the caller did while nothing came back.
  static Waits learn(const Trial& trial, const run::Outcome& outcome) {
    Waits waits;
    const Exchange* tested = sent_at(outcome.record, trial.times.tested);
    if (!tested) return waits;
    const Duration patience = trial.scenario->loads.back().timeout;
    const auto in_time = [patience](Duration time) {
      return time > Duration{} && time * 10 < patience * 9;
    };
    if (trial.trouble == Trouble::every_request_lost) waits.window = trial.times.window;
    if (trial.trouble == Trouble::every_request_lost && in_time(tested->ended - tested->sent))
      waits.total = tested->ended - tested->sent;
    if (trial.trouble != Trouble::request_lost) return waits;
    for (const Exchange& row : outcome.record.exchanges)
      if (!row.faults.empty() && in_time(row.ended - row.sent))
        waits.attempt = row.ended - row.sent;
    return waits;
  }

  void keep(const Surveyed& one, Cell& cell, Trial& trial, const run::Outcome& outcome) {
    cell.scenario = texts_.kept(
        cell.scenario, title_of(one, cell),
        fmt::format("{}: {}: {}", title_of(one, cell), name_of(cell.judged.fate), cell.judged.why),
        cell.judged.fate == Fate::unproven ? reports::unproven_tag : reports::found_tag);
    const auto kept = read(cell.scenario);
    base::require(kept.has_value(), "it was read before, with another name");
    if (setup_.keep) setup_.keep(cell, *kept, outcome);
    // What is broken cannot be broken once more.
    const bool is_known = cell.judged.fate != Fate::unproven || left_broken_.empty();
    if (!setup_.confirm || !is_known || over()) return;
    trial.broken_before = left_broken_;
    const auto scenario = read(text_of(one, trial));
    base::require(scenario.has_value(), "it was read before, with another seed");
    const auto second = run(*scenario);
    if (!second || !was_sound(*second)) return;
    const Judged judged = judge(trial, *second);
    note_broken(title_of(one, cell), *second);
    if (judged.fate != Fate::unproven || trial.broken_before.empty())
      cell.again = judged.fate == cell.judged.fate;
  }

  // ---- Runs.

  std::optional<model::Scenario> read(const std::string& text) {
    auto reading =
        scenario::read_scenario_text(scenario_.file + " (one request)", text, {}, *setup_.words);
    if (reading) return std::move(reading->scenario);
    mistakes_ = reading.error();
    return std::nullopt;
  }

  std::optional<run::Outcome> run(const model::Scenario& scenario) {
    {
      const std::lock_guard lock(mutex_);
      ++survey_.runs;
    }
    auto outcome = setup_.run(scenario);
    const std::lock_guard lock(mutex_);
    if (!outcome) is_over_ = true;
    return outcome;
  }

  bool over() {
    const std::lock_guard lock(mutex_);
    if (!is_over_ && setup_.spent && setup_.spent()) end(std::string(by_budget));
    return is_over_;
  }

  void end(std::string why) {
    is_over_ = true;
    survey_.ended_by = std::move(why);
  }

  void fail(std::string why) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(survey_.failed, true)) end(std::move(why));
  }

  Duration patience_of(const Surveyed& one) const {
    return scenario_.loads[one.asked.source.load].timeout;
  }

  const model::Scenario& scenario_;
  const Setup& setup_;
  const Texts texts_;
  Survey survey_;
  base::Diagnostics mistakes_;
  Duration starting_{};  // until all services could be used
  // Invariants that what runs already does not hold any more, by name; its cells are run one after
  // the other.
  std::map<std::string, Broken> left_broken_;
  // Of cells that run at the same time: what the survey says of runs and of its end, and ...
  std::mutex mutex_;
  bool is_over_ = false;
};

}  // namespace

base::expected<Survey, base::Diagnostics> survey(const model::Scenario& scenario,
                                                 const Setup& setup) {
  base::require(scenario.target.is_own(), "a survey is of services of the user's own");
  return Surveying(scenario, setup).go();
}

std::string title_of(const Surveyed& one, const Cell& cell) {
  return fmt::format("{}: {}: {}", one.asked.name, to_text(one.places[cell.place]),
                     name_of(cell.trouble));
}

std::int64_t count_of(const Survey& survey, Fate fate) {
  return std::ranges::count_if(survey.cells,
                               [fate](const Cell& cell) { return cell.judged.fate == fate; });
}

std::vector<std::string> unknown_requests(const Survey& survey) {
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < survey.requests.size(); ++i) {
    const Surveyed& one = survey.requests[i];
    std::int64_t cells = 0;
    std::int64_t unproven = 0;
    for (const Cell& cell : survey.cells) {
      if (cell.request != i) continue;
      ++cells;
      if (cell.judged.fate == Fate::unproven) ++unproven;
    }
    if (!one.trouble.empty())
      unknown.push_back(fmt::format("{} was not tried: {}", one.asked.name, one.trouble));
    else if (cells > 0 && cells == unproven)
      unknown.push_back(fmt::format("of {} nothing is proven", one.asked.name));
    for (std::string& line : never_held_by(one)) unknown.push_back(std::move(line));
  }
  return unknown;
}

std::vector<std::string> never_held_by(const Surveyed& one) {
  std::vector<std::string> lines;
  for (const auto& [name, found] : one.never_held)
    lines.push_back(
        fmt::format("without any fault, {} is not held by {}: {}", name, one.asked.name, found));
  return lines;
}

int exit_of(const Survey& survey) {
  if (count_of(survey, Fate::breaks) + count_of(survey, Fate::corrupts) > 0) return 1;
  if (survey.failed) return 6;
  const bool proves = !survey.cells.empty() && unknown_requests(survey).empty();
  return survey.complete && proves ? 0 : 5;
}

}  // namespace seawall::survey
