#include "harness/explore/search.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "harness/base/keyed_random.hpp"

namespace seawall::explore {
namespace {

// So many plans are run before anybody looks at the budget, or at what they have shown.
constexpr std::size_t in_a_chunk = 512;

std::uint64_t key_of(const Plan& plan) {
  base::KeyedRandom key(plan.size());
  for (const std::uint32_t fault : plan) key = key.with(fault);
  return key.bits();
}

Plan with(const Plan& plan, std::uint32_t fault) {
  Plan more = plan;
  more.insert(std::ranges::lower_bound(more, fault), fault);
  return more;
}

Plan without(const Plan& plan, std::size_t position) {
  Plan less = plan;
  less.erase(less.begin() + static_cast<std::ptrdiff_t>(position));
  return less;
}

class Search {
 public:
  Search(const Stage& stage, Candidates& candidates, const Limits& limits,
         const InParallel& in_parallel, const std::function<void(std::int64_t)>& ended)
      : stage_(stage),
        candidates_(candidates),
        limits_(limits),
        in_parallel_(in_parallel),
        ended_(ended) {}

  Searched run() {
    std::vector<Plan> plans = {{}};
    for (std::int64_t pruned = 0; !plans.empty() || pruned > 0;) {
      searched_.levels.emplace_back().pruned = std::exchange(pruned, 0);
      open_.clear();
      opened_.clear();
      if (!run_all(plans)) return finish(false);
      if (!may_grow()) break;
      auto larger = extended(pruned);
      if (!larger) {
        searched_.levels.emplace_back();
        return finish(false);
      }
      plans = std::move(*larger);
    }
    return finish(true);
  }

 private:
  // A group of faults at a place of a run, and what has met there.
  struct Visit {
    std::uint32_t group = 0;
    Plan met;  // faults of its plan that have acted
    bool met_nobody = false;
  };
  // A plan that may be extended, and where.
  struct Open {
    Plan plan;
    std::vector<Visit> visits;      // by group
    std::vector<base::Link> links;  // that were used
  };
  // What is kept of a run.
  struct Shown {
    std::uint64_t trace = 0;
    bool all_hit = false;
    std::vector<Place> places;
    std::optional<Violation> violation;
    Ends ends;  // of the plan without faults alone
  };

  Level& level() { return searched_.levels.back(); }
  bool is_over() const { return limits_.time.ends_search(!searched_.violations.empty()); }
  bool may_grow() const { return static_cast<int>(searched_.levels.size()) <= limits_.depth; }

  // False: the budget ended first.
  bool run_all(const std::vector<Plan>& plans) {
    for (std::size_t begin = 0; begin < plans.size();) {
      std::size_t count = std::min(in_a_chunk, plans.size() - begin);
      if (limits_.runs > 0) count = std::min(count, static_cast<std::size_t>(limits_.runs - runs_));
      if (count == 0 || is_over()) return false;
      std::vector<Shown> shown(count);
      in_parallel_(count, [&](std::size_t i) { shown[i] = show(plans[begin + i]); });
      for (std::size_t i = 0; i < count; ++i) learn(plans[begin + i], std::move(shown[i]));
      begin += count;
      runs_ += static_cast<std::int64_t>(count);
      if (ended_) ended_(runs_);
    }
    return true;
  }

  // On any thread.
  Shown show(const Plan& plan) const {
    const auto faults = faults_of(candidates_, plan);
    Played played = play(stage_, faults, stage_.scenario->run.seed);
    Shown shown;
    shown.trace = played.trace;
    shown.all_hit = played.all_hit;
    if (plan.empty()) shown.ends = ends_of_orders(played.record);
    if (!played.broken.empty()) shown.violation = violation_of(*stage_.scenario, plan, played);
    if (may_grow()) shown.places = std::move(played.places);
    return shown;
  }

  void learn(const Plan& plan, Shown shown) {
    ++level().run;
    if (plan.empty()) searched_.ends = std::move(shown.ends);
    if (!searched_.has_order()) return;  // nothing to explore
    bool grows = true;
    if (shown.violation) {
      ++level().violations;
      searched_.violations.push_back(std::move(*shown.violation));
      grows = false;
    } else if (!shown.all_hit) {
      ++level().not_reached;
      grows = false;
    } else if (seen_.contains(shown.trace)) {
      ++level().same;
      grows = false;
    }
    seen_.insert(shown.trace);
    if (!grows) {
      closed_.insert(key_of(plan));
      return;
    }
    if (!may_grow()) return;
    opened_.emplace(key_of(plan), open_.size());
    open_.push_back(opened(plan, shown.places));
    candidates_.add_services(stage_.target->links);
    if (plan.empty()) searched_.points_of_order = candidates_.points();
  }

  Open opened(const Plan& plan, const std::vector<Place>& places) {
    Open open{plan, {}, {}};
    for (const Place& place : places) {
      Visit& visit = open.visits.emplace_back();
      visit.group = candidates_.at_point(place.point);
      visit.met_nobody = place.met_nobody;
      for (const std::uint16_t position : place.met) visit.met.push_back(plan.at(position));
      const base::Link& link = place.point.link;
      if (!place.point.durable_write && std::ranges::find(open.links, link) == open.links.end())
        open.links.push_back(link);
    }
    std::ranges::sort(open.visits, {}, &Visit::group);
    return open;
  }

  // The plans with one fault more. A pruned one is no part of a larger one either. Of triples there
  // are so many that this takes seconds; nothing where the budget ends first.
  std::optional<std::vector<Plan>> extended(std::int64_t& pruned) {
    std::vector<Plan> plans;
    std::unordered_set<std::uint64_t> met;
    for (const Open& open : open_) {
      if (is_over()) return std::nullopt;
      for (const std::uint32_t fault : faults_after(open)) {
        if (std::ranges::binary_search(open.plan, fault)) continue;
        Plan plan = with(open.plan, fault);
        if (!met.insert(key_of(plan)).second) continue;
        if (can_show_more(plan)) {
          plans.push_back(std::move(plan));
          continue;
        }
        closed_.insert(key_of(plan));
        ++pruned;
      }
    }
    return plans;
  }

  // Those at the places that the run came to, and of services.
  Plan faults_after(const Open& open) const {
    Plan faults;
    const auto add = [&](std::uint32_t group) {
      const Plan& of_group = candidates_.group(group);
      faults.insert(faults.end(), of_group.begin(), of_group.end());
    };
    for (const Visit& visit : open.visits) add(visit.group);
    add(Candidates::of_services);
    return faults;
  }

  // Whether the fault, beside those of the plan, would find something to act on. Until it acts, the
  // run is that of the plan.
  bool may_act(const Open& open, std::uint32_t fault) const {
    const Candidate& candidate = candidates_.at(fault);
    if (candidate.group == Candidates::of_services)
      return !candidate.fault.on_links() ||
             std::ranges::any_of(
                 open.links, [&](const base::Link& link) { return candidate.fault.covers(link); });
    const auto visit = std::ranges::lower_bound(open.visits, candidate.group, {}, &Visit::group);
    if (visit == open.visits.end() || visit->group != candidate.group) return false;
    if (visit->met_nobody) return !is_at_one_place(candidate.fault);
    return candidates_.acts_beside(visit->met, fault);
  }

  // Not where a part of it is closed, nor where one of its faults could not act beside the others.
  bool can_show_more(const Plan& plan) const {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const std::uint64_t others = key_of(without(plan, i));
      if (closed_.contains(others)) return false;
      const auto open = opened_.find(others);
      if (open == opened_.end()) continue;  // never run: their points come with this one
      if (!may_act(open_[open->second], plan[i])) return false;
    }
    return true;
  }

  Searched finish(bool complete) {
    searched_.complete = complete;
    searched_.points = candidates_.points();
    searched_.faults = candidates_.size();
    return std::move(searched_);
  }

  const Stage& stage_;
  Candidates& candidates_;
  const Limits& limits_;
  const InParallel& in_parallel_;
  const std::function<void(std::int64_t)>& ended_;
  Searched searched_;
  std::int64_t runs_ = 0;
  std::vector<Open> open_;                                 // of the level that is run
  std::unordered_map<std::uint64_t, std::size_t> opened_;  // where in it, by the key of the plan
  std::unordered_set<std::uint64_t> closed_;               // plans that are not extended
  std::unordered_set<std::uint64_t> seen_;                 // traces of the plans that were run
};

}  // namespace

Searched search(const Stage& stage, Candidates& candidates, const Limits& limits,
                const InParallel& in_parallel, const std::function<void(std::int64_t)>& ended) {
  return Search(stage, candidates, limits, in_parallel, ended).run();
}

std::vector<const model::Fault*> faults_of(const Candidates& candidates, const Plan& plan) {
  std::vector<const model::Fault*> faults;
  for (const std::uint32_t number : plan) faults.push_back(&candidates.at(number).fault);
  return faults;
}

}  // namespace seawall::explore
