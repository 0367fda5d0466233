#include "harness/swarm/fuzz.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>

#include "harness/base/keyed_random.hpp"
#include "harness/base/text.hpp"
#include "harness/explore/hints.hpp"
#include "harness/explore/kept.hpp"
#include "harness/explore/shrink.hpp"
#include "harness/explore/story.hpp"
#include "harness/model/point.hpp"
#include "harness/swarm/palette.hpp"

namespace seawall::swarm {
namespace {

using base::KeyedRandom;
using explore::Plan;
using namespace std::chrono_literals;

// So many runs before anybody looks at the budget, or at what they have shown.
constexpr std::size_t in_a_chunk = 512;
constexpr std::int64_t other_seeds = 40;
// Of orders: all at once, one on the heels of the other, with room between them.
constexpr auto gaps = std::to_array<base::Duration>({0ms, 10ms, 40ms});
// After the last order has come, faults still begin.
constexpr base::Duration busy_after = 500ms;

// One run, before it is played.
struct Task {
  std::int64_t run = 0;
  std::uint64_t seed = 0;
  std::size_t pace = 0;
  Drawn drawn;
  Plan plan;  // of `drawn`
};

// What is kept of a run.
struct Shown {
  std::vector<char> acted;  // by fault
  std::optional<explore::Violation> violation;
  std::uint64_t trace = 0;
};

// The runs with one signature: how many, and the one that is told.
struct Group {
  std::int64_t runs = 0;
  std::int64_t acted = 0;  // faults of the one that is told
  Task told;
};

// Where one order can be hit, with no fault and with each single one: calls that only a fault
// brings about (repeats, what takes a step back) are points too.
std::vector<model::Point> points_of_order(const Ground& ground, const explore::Sending& one) {
  Scene scene(ground, one);
  std::vector<model::Point> points;
  std::set<std::string> met;
  const auto learn = [&](const explore::Played& played) {
    for (const explore::Place& place : played.places)
      if (met.insert(model::to_text(place.point)).second) points.push_back(place.point);
  };
  learn(scene.play({}));
  const std::vector<model::Point> without_fault = points;
  for (const model::Point& point : without_fault) {
    const Plan faults = scene.candidates().group(scene.candidates().at_point(point));
    for (const std::uint32_t fault : faults) learn(scene.play({fault}));
  }
  return points;
}

class Fuzzer {
 public:
  explicit Fuzzer(const Setup& setup) : setup_(setup), palette_(palette_of(setup)) {
    base::Duration longest{};
    for (std::size_t i = gaps.size(); i-- > 0;) {
      scenes_.emplace_front(setup.ground, sending(i, setup.ground.scenario->run.seed, longest));
      longest = scenes_.front().stage().scenario->run.duration;
    }
    least_ = longest;
  }

  Result run() {
    begin();
    result_.unconfirmed = unconfirmed();
    std::int64_t next = setup_.first + setup_.shard - 1;
    while (goes_on(next)) {
      std::vector<Task> tasks = tasks_from(next);
      play(tasks);
      if (setup_.ended) setup_.ended(result_.runs);
    }
    result_.complete = setup_.runs == 0 || !is_due(next);
    for (const auto& [signature, group] : groups_) tell(signature, group);
    sort(result_.findings);
    result_.exit = exit_of(result_);
    return std::move(result_);
  }

  std::vector<std::uint64_t> traces() {
    begin();
    std::vector<std::uint64_t> traces;
    for (std::int64_t next = setup_.first; is_due(next);)
      for (const Task& task : tasks_from(next))
        traces.push_back(show(task, explore::Looks::all).trace);
    return traces;
  }

 private:
  static Palette palette_of(const Setup& setup) {
    const std::vector<model::Point> points = points_of_order(setup.ground, {});
    const Scene one(setup.ground, {});
    return {*one.stage().scenario, one.stage().target->links, points, setup.orders};
  }

  explore::Sending sending(std::size_t pace, std::uint64_t seed, base::Duration least) const {
    return {setup_.orders, gaps[pace], seed, least};
  }

  void begin() {
    result_.version = setup_.version;
    result_.scenario = setup_.ground.scenario->meta.name;
    result_.text = base::hex(base::hash_bytes(candidates().text()));
    result_.seed = setup_.ground.scenario->run.seed;
    result_.orders = setup_.orders;
    result_.first = setup_.first;
    result_.budget = setup_.runs;
    result_.shards = setup_.shards;
    result_.done = {setup_.shard};
    for (const std::string& kind : palette_.names()) result_.kinds.push_back({kind, 0, 0});
  }

  // Where no order of any pace is confirmed without faults: how they end. Else nothing.
  std::string unconfirmed() const {
    explore::Ends ends;
    for (const Scene& scene : scenes_)
      for (const auto& [state, count] : explore::ends_of_orders(scene.play({}).record))
        ends[state] += count;
    if (!explore::is_none_confirmed(ends)) return {};
    return explore::unconfirmed(ends, setup_.orders * static_cast<std::int64_t>(scenes_.size()));
  }

  // All faults are read into those of one scene: they mean the same in each.
  explore::Candidates& candidates() { return scenes_.back().candidates(); }

  bool is_due(std::int64_t run) const {
    return setup_.runs == 0 || run < setup_.first + setup_.runs;
  }
  bool goes_on(std::int64_t next) const {
    return is_due(next) && !setup_.time.ends_search(!groups_.empty());
  }

  Task task(std::int64_t run) const {
    const KeyedRandom key = KeyedRandom(result_.seed).with("swarm").with(run);
    Task task;
    task.run = run;
    task.seed = key.with("seed").bits() >> 16;  // a number that TOML and JSON can hold
    task.pace = key.with("pace").below(gaps.size());
    Span span;
    span.busy = explore::first_request + (setup_.orders - 1) * gaps[task.pace] + busy_after;
    span.end = least_;
    task.drawn = palette_.draw(key, span);
    return task;
  }

  // Some runs from this one on; `next` is then the one behind them.
  std::vector<Task> tasks_from(std::int64_t& next) {
    std::vector<Task> tasks;
    for (; tasks.size() < in_a_chunk && is_due(next); next += setup_.shards)
      tasks.push_back(task(next));
    read(tasks);
    return tasks;
  }

  void read(std::vector<Task>& tasks) {
    std::vector<explore::FaultText> all;
    for (const Task& task : tasks)
      all.insert(all.end(), task.drawn.faults.begin(), task.drawn.faults.end());
    const Plan numbers = candidates().numbers_of(all);
    auto next = numbers.begin();
    for (Task& task : tasks) {
      const auto end = next + static_cast<std::ptrdiff_t>(task.drawn.faults.size());
      task.plan.assign(next, end);
      next = end;
    }
  }

  void play(std::vector<Task>& tasks) {
    std::vector<Shown> shown(tasks.size());
    setup_.in_parallel(tasks.size(), [&](std::size_t i) { shown[i] = show(tasks[i]); });
    for (std::size_t i = 0; i < tasks.size(); ++i) learn(tasks[i], shown[i]);
  }

  // On any thread.
  Shown show(const Task& task, explore::Looks looks = explore::Looks::verdict) {
    const explore::Stage& stage = scenes_[task.pace].stage();
    const explore::Played played =
        explore::play(stage, explore::faults_of(candidates(), task.plan), task.seed, looks);
    Shown shown;
    shown.trace = played.trace;
    for (const record::FaultUse& use : played.record.faults) shown.acted.push_back(use.hit > 0);
    if (!played.broken.empty())
      shown.violation = explore::violation_of(*stage.scenario, task.plan, played);
    return shown;
  }

  void learn(Task& task, const Shown& shown) {
    ++result_.runs;
    const auto acted = std::ranges::count(shown.acted, 1);
    for (std::size_t i = 0; i < task.drawn.kinds.size(); ++i) {
      KindUse& use = result_.kinds[task.drawn.kinds[i]];
      ++result_.faults;
      ++use.drawn;
      use.acted += shown.acted[i];
    }
    if (!shown.violation) return;
    ++result_.violations;
    Group& group = groups_[signature_of(*shown.violation)];
    if (++group.runs > 1 && group.acted <= acted) return;  // its number is smaller, too
    group.acted = acted;
    group.told = std::move(task);
  }

  // With many orders, only the write that broke an invariant says something, and not how all ended.
  static std::string signature_of(const explore::Violation& violation) {
    return violation.by_write ? violation.signature() : violation.broken.front();
  }

  void tell(const std::string& signature, const Group& group) {
    const Smallest small = smallest(
        setup_.ground, {sending(group.told.pace, group.told.seed, least_), group.told.drawn.faults},
        setup_.time.spent);
    const explore::Stage& stage = small.scene->stage();
    const explore::Violation& violation = small.violation;
    Found found;
    found.signature = signature;
    found.runs = group.runs;
    found.run = group.told.run;
    found.seed = group.told.seed;
    found.drawn = group.acted;
    found.broken = violation.broken;
    found.why = violation.why;
    found.culprit = violation.culprit;
    found.plan = small.scene->candidates().shown(violation.plan);
    found.orders = small.sending.orders;
    found.minimal = small.is_minimal;
    const explore::Robustness robustness = explore::robustness(
        stage, small.scene->candidates(), violation, other_seeds, setup_.in_parallel);
    found.other_broken = robustness.broken;
    found.other_seeds = robustness.seeds;
    const auto faults = explore::faults_of(small.scene->candidates(), violation.plan);
    const explore::Played played = small.scene->play(violation.plan);
    found.story = explore::story_of(played.record, faults);
    const explore::Broken broken{stage, setup_.ground.make_target, faults, violation,
                                 played.record};
    const explore::Hint hint = explore::hint_for(broken);
    found.hint = hint.text;
    found.scenario = explore::kept_scenario(small.scene->candidates().with_faults(violation.plan),
                                            found.plan, broken, hint, *setup_.ground.words);
    result_.findings.push_back(std::move(found));
  }

  const Setup& setup_;
  const Palette palette_;
  std::deque<Scene> scenes_;  // by pace
  base::Duration least_{};    // all loads last so long
  Result result_;
  std::map<std::string, Group> groups_;
};

}  // namespace

base::expected<Result, base::Diagnostic> fuzz(const Setup& setup) {
  if (const auto order = explore::one_order(*setup.ground.scenario, 1); !order)
    return base::unexpected(order.error());
  if (explore::ends_of_orders(Scene(setup.ground, {}).play({}).record).empty())
    return base::unexpected(explore::no_order(*setup.ground.scenario));
  return Fuzzer(setup).run();
}

std::vector<std::uint64_t> traces(const Setup& setup) { return Fuzzer(setup).traces(); }

}  // namespace seawall::swarm
