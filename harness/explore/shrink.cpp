#include "harness/explore/shrink.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "harness/base/text.hpp"
#include "harness/explore/timed.hpp"
#include "harness/model/point.hpp"

namespace seawall::explore {
namespace {

constexpr auto every = std::numeric_limits<std::uint32_t>::max();

// From the plainest on: what anybody has seen happen.
constexpr auto plainer = std::to_array<std::string_view>({
    "drop_request",
    "drop_reply",
    "http_abort(status=503)",
    "http_abort(effect=after, status=503)",
});

// The same fault at a point, in all ways one step plainer, best first.
std::vector<std::string> plainer_lines(const model::PlanItem& item) {
  std::vector<std::string> lines;
  if (item.point.last == every) {
    model::PlanItem first = item;
    first.point.last = first.point.first;
    lines.push_back(model::to_text(first));
  }
  const std::string point = model::to_text(item.point) + ": ";
  const std::string now = model::to_text(item);
  for (const std::string_view outcome : plainer) {
    if (item.point.durable_write || now == point + std::string(outcome)) break;
    lines.push_back(point + std::string(outcome));
  }
  for (const auto& [name, value] : item.arguments) {
    const auto time = base::parse_duration(value);
    if (!time || *time / 2 < shortest) continue;
    model::PlanItem halved = item;
    halved.arguments[name] =
        base::to_text(std::chrono::floor<std::chrono::milliseconds>(*time / 2));
    lines.push_back(model::to_text(halved));
  }
  return lines;
}

std::vector<FaultText> plainer_than(const Candidate& candidate) {
  const auto item = model::parse_plan_item(candidate.shown);
  if (!item || candidate.fault.at_call.empty()) return plainer_in_time(candidate.toml);
  std::vector<FaultText> faults;
  for (const std::string& line : plainer_lines(*item)) faults.push_back(fault_at_point(line));
  return faults;
}

class Shrinker {
 public:
  Shrinker(const Stage& stage, Candidates& candidates, Violation violation,
           const std::function<bool()>& spent)
      : stage_(stage), candidates_(candidates), spent_(spent), best_(std::move(violation)) {}

  Shrunk run() {
    while (drops_one() || simplifies_one()) {
    }
    return {std::move(best_), !is_over_};
  }

 private:
  bool drops_one() {
    for (std::size_t i = 0; i < best_.plan.size(); ++i) {
      Plan less = best_.plan;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (still_breaks(std::move(less))) return true;
    }
    return false;
  }

  bool simplifies_one() {
    for (const std::uint32_t fault : best_.plan)
      for (const FaultText& simpler : plainer_than(candidates_.at(fault))) {
        const std::uint32_t other = candidates_.number_of(simpler);
        Plan plan = best_.plan;
        if (std::ranges::find(plan, other) != plan.end()) continue;
        std::ranges::replace(plan, fault, other);
        if (still_breaks(std::move(plan))) return true;
      }
    return false;
  }

  bool still_breaks(Plan plan) {
    is_over_ = is_over_ || (spent_ && spent_());
    if (is_over_) return false;
    const auto faults = faults_of(candidates_, plan);
    const Played played = play(stage_, faults, stage_.scenario->run.seed);
    if (played.broken.empty() || !played.all_hit) return false;
    Violation other = violation_of(*stage_.scenario, std::move(plan), played);
    if (other.broken.front() != best_.broken.front()) return false;
    best_ = std::move(other);
    return true;
  }

  const Stage& stage_;
  Candidates& candidates_;
  const std::function<bool()>& spent_;
  Violation best_;
  bool is_over_ = false;
};

}  // namespace

Shrunk shrunk(const Stage& stage, Candidates& candidates, Violation violation,
              const std::function<bool()>& spent) {
  return Shrinker(stage, candidates, std::move(violation), spent).run();
}

Robustness robustness(const Stage& stage, const Candidates& candidates, const Violation& violation,
                      std::int64_t seeds, const InParallel& in_parallel) {
  const auto faults = faults_of(candidates, violation.plan);
  std::vector<char> broken(static_cast<std::size_t>(seeds));  // each written by one thread
  in_parallel(broken.size(), [&](std::size_t i) {
    const Played played = play(stage, faults, stage.scenario->run.seed + 1 + i);
    broken[i] = breaks(played, violation.broken.front());
  });
  return {std::ranges::count(broken, 1), seeds};
}

}  // namespace seawall::explore
