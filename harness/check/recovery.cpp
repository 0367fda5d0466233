// recovery_time: from the heal of a fault to the first of three successive seconds in which the
// condition holds.
#include <vector>

#include <fmt/format.h>

#include "harness/check/evaluate.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using namespace std::chrono_literals;
using State = Outcome::State;

constexpr Duration second = 1s;
constexpr std::size_t successive = 3;

struct Seconds {
  std::vector<bool> held;
  std::string unknown;  // why one of them could not be judged; empty: all could
  State not_applicable = State::value;
};

// Whether the condition holds in each whole second of `stretch`.
Seconds judge_seconds(const Focus& focus, const model::Expression& condition,
                      const Window& stretch) {
  Seconds seconds;
  Focus second_by_second = focus;
  second_by_second.within_recovery = true;
  for (TimePoint t = stretch.from; t + second <= stretch.to; t += second) {
    second_by_second.windows = {{t, t + second}};
    const Outcome outcome = evaluate(condition, second_by_second);
    seconds.held.push_back(outcome.holds());
    if (outcome.state == State::inconclusive || outcome.blind) seconds.unknown = outcome.why;
    if (outcome.state == State::not_applicable) seconds.not_applicable = outcome.state;
  }
  return seconds;
}

bool all_hold(const std::vector<bool>& held) {
  for (const bool one : held)
    if (!one) return false;
  return !held.empty();
}

}  // namespace

Outcome recovery_time(const Focus& focus, const model::Expression& measure) {
  const std::string& fault = measure.children.at(0).name;
  const model::Expression& condition = measure.children.at(1);
  const auto active = active_window(fault, focus.scenario, focus.record);
  if (!active) return active.error();

  const Seconds after = judge_seconds(focus, condition, {active->to, focus.record.load_end});
  if (after.not_applicable == State::not_applicable)
    return Outcome::none(State::not_applicable, "the condition names a fault this run lacks");
  if (after.held.size() < successive)
    return Outcome::none(
        State::inconclusive,
        fmt::format("the load ended {} after {} had healed; three seconds are looked at",
                    time_text(focus.record.load_end - active->to), fault));
  for (std::size_t i = 0; i + successive <= after.held.size(); ++i) {
    if (!(after.held[i] && after.held[i + 1] && after.held[i + 2])) continue;
    Outcome outcome =
        Outcome::of(model::Unit::time, seconds(second * static_cast<std::int64_t>(i)));
    if (i == 0 && all_hold(judge_seconds(focus, condition, *active).held))
      outcome.why = fmt::format("{} never disturbed it", fault);
    return outcome;
  }
  if (!after.unknown.empty()) return Outcome::none(State::inconclusive, after.unknown);
  return Outcome::none(State::failed, fmt::format("never recovered from {}", fault));
}

}  // namespace seawall::check
