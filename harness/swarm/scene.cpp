#include "harness/swarm/scene.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "harness/base/assert.hpp"
#include "harness/explore/shrink.hpp"
#include "harness/explore/timed.hpp"

namespace seawall::swarm {
namespace {

using explore::FaultText;
using explore::Plan;
using explore::Violation;

std::string text_of(const Ground& ground, const explore::Sending& sending) {
  auto text = explore::one_order(*ground.scenario, sending);
  base::require(text.has_value(), "what is fuzzed has an order, or nothing is");
  return std::move(*text);
}

std::vector<FaultText> texts_of(const explore::Candidates& candidates, const Plan& plan) {
  std::vector<FaultText> texts;
  for (const std::uint32_t number : plan)
    texts.push_back({candidates.at(number).shown, candidates.at(number).toml});
  return texts;
}

// When the last of them is over: the load lasts at least so long.
base::Duration end_of(const explore::Candidates& candidates, const Plan& plan) {
  base::Duration end{};
  for (const std::uint32_t number : plan) {
    const model::Fault& fault = candidates.at(number).fault;
    if (!fault.at_call.empty()) continue;
    const base::Duration lasts =
        fault.window.length.value_or(fault.drain + fault.restart.value_or(base::Duration::zero()));
    end = std::max(end, fault.window.at + lasts);
  }
  return end;
}

// N of "order N: ..."; 0 where the fault is none at a point of an order.
std::int64_t order_of(const FaultText& fault) {
  constexpr std::string_view head = "order ";
  std::int64_t order = 0;
  if (!fault.shown.starts_with(head)) return order;
  std::from_chars(fault.shown.data() + head.size(), fault.shown.data() + fault.shown.size(), order);
  return order;
}

// The same faults for so many orders. Where they are aimed at orders that there are not, they are
// aimed at the first ones, in their order; nothing where these do not suffice.
std::optional<std::vector<FaultText>> for_orders(const std::vector<FaultText>& faults,
                                                 std::int64_t count) {
  std::map<std::int64_t, std::int64_t> orders;
  for (const FaultText& fault : faults)
    if (const std::int64_t order = order_of(fault); order > 0) orders[order] = order;
  if (static_cast<std::int64_t>(orders.size()) > count) return std::nullopt;
  if (!orders.empty() && orders.rbegin()->first > count)
    for (std::int64_t next = 1; auto& [order, other] : orders) other = next++;
  std::vector<FaultText> aimed = faults;
  for (FaultText& fault : aimed) {
    const std::int64_t order = order_of(fault);
    if (order == 0 || orders[order] == order) continue;
    const std::string rest = fault.shown.substr(fault.shown.find(": "));
    fault = explore::fault_at_point("order " + std::to_string(orders[order]) + rest);
  }
  return aimed;
}

std::vector<FaultText> all_from_the_start(std::vector<FaultText> faults) {
  for (FaultText& fault : faults)
    if (auto earlier = explore::from_the_start(fault.toml)) fault = std::move(*earlier);
  return faults;
}

// A plan in a scene, and what came of it.
struct Try {
  std::unique_ptr<Scene> scene;
  Plan plan;
  Plan acted;  // those of its faults that did
  std::optional<Violation> violation;

  void play() {
    const explore::Played played = scene->play(plan);
    acted.clear();
    for (std::size_t i = 0; i < plan.size(); ++i)
      if (played.record.faults[i].hit > 0) acted.push_back(plan[i]);
    violation.reset();
    if (!played.broken.empty())
      violation = explore::violation_of(*scene->stage().scenario, plan, played);
  }
  bool breaks(const std::string& invariant) const {
    return violation && violation->broken.front() == invariant;
  }
};

class Reduction {
 public:
  Reduction(const Ground& ground, Case broken, const std::function<bool()>& spent)
      : ground_(ground), spent_(spent), sending_(broken.sending) {
    best_ = tried(sending_, broken.faults);
    base::require(best_.violation.has_value(), "a run that breaks something does so each time");
    invariant_ = best_.violation->broken.front();
  }

  Smallest run() {
    drop_idle();
    shrink();
    while (takes_fewer_orders()) shrink();
    return {std::move(best_.scene), std::move(*best_.violation), sending_, !is_over_};
  }

 private:
  Try tried(const explore::Sending& sending, const std::vector<FaultText>& faults) const {
    Try one;
    one.scene = std::make_unique<Scene>(ground_, sending);
    one.plan = one.scene->candidates().numbers_of(faults);
    one.play();
    return one;
  }

  bool is_over() {
    is_over_ = is_over_ || (spent_ && spent_());
    return is_over_;
  }

  // Those that have not acted, all at once: the smaller steps want every fault to act.
  void drop_idle() {
    if (best_.acted.size() == best_.plan.size() || is_over()) return;
    Try busy = tried(sending_, texts_of(best_.scene->candidates(), best_.acted));
    if (busy.breaks(invariant_)) best_ = std::move(busy);
  }

  void shrink() {
    explore::Shrunk small = explore::shrunk(best_.scene->stage(), best_.scene->candidates(),
                                            std::move(*best_.violation), spent_);
    best_.violation = std::move(small.violation);
    best_.plan = best_.violation->plan;
    is_over_ = is_over_ || !small.is_minimal;
  }

  // The first orders meet nothing of a fault that begins later: each number of them is tried with
  // the faults from the start on, too.
  bool takes_fewer_orders() {
    const std::vector<FaultText> faults = texts_of(best_.scene->candidates(), best_.plan);
    for (std::int64_t orders = 1; orders < sending_.orders && !is_over(); ++orders) {
      const auto aimed = for_orders(faults, orders);
      if (aimed && (takes(orders, *aimed) || takes(orders, all_from_the_start(*aimed))))
        return true;
    }
    return false;
  }

  bool takes(std::int64_t orders, const std::vector<FaultText>& faults) {
    explore::Sending fewer = sending_;
    fewer.orders = orders;
    fewer.least = end_of(best_.scene->candidates(), best_.plan);
    Try one = tried(fewer, faults);
    if (!one.breaks(invariant_) || one.acted.size() != one.plan.size()) return false;
    best_ = std::move(one);
    sending_ = fewer;
    return true;
  }

  const Ground& ground_;
  const std::function<bool()>& spent_;
  bool is_over_ = false;
  explore::Sending sending_;  // of `best_`
  Try best_;                  // has a violation
  std::string invariant_;     // the first that it breaks
};

}  // namespace

Scene::Scene(const Ground& ground, const explore::Sending& sending)
    : candidates_(text_of(ground, sending), *ground.words),
      target_(ground.make_target(candidates_.scenario())),
      stage_{&candidates_.scenario(), &target_} {}

Smallest smallest(const Ground& ground, Case broken, const std::function<bool()>& spent) {
  return Reduction(ground, std::move(broken), spent).run();
}

}  // namespace seawall::swarm
