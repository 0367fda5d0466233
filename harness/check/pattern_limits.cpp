#include "harness/check/pattern_limits.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/links.hpp"
#include "harness/check/tally.hpp"
#include "harness/check/value.hpp"

namespace seawall::check {
namespace {

using record::Finding;

void permits_returned(const Evidence& evidence, Tally& tally) {
  std::int64_t leaked = 0;
  for (const record::PatternUse& use : evidence.record().patterns) {
    tally.judged(use.permits_taken);
    const std::int64_t gone = use.permits_taken - use.permits_returned;
    if (gone == 0) continue;
    leaked += gone;
    tally.offend(
        "", fmt::format("{} of {} permits of the {} of {} never came back", base::grouped(gone),
                        base::grouped(use.permits_taken), use.pattern, use.where));
  }
  tally.value(base::grouped(leaked));
  tally.limit("== 0");
}

// The probes that the breaker of this place may have under way. A caller's one breaker for all its
// links ("order -> *") is set up as that of one of them.
std::optional<std::int64_t> most_probes(const model::Policy& policy, std::string_view where) {
  const std::optional<base::Link> place = base::parse_link(where);
  if (!place) return {};
  std::optional<std::int64_t> most;
  const auto take = [&](const model::LinkPolicy& of_link) {
    if (!of_link.circuit_breaker) return;
    const std::int64_t calls = of_link.circuit_breaker->half_open_calls;
    most = std::max(most.value_or(calls), calls);
  };
  if (place->to != "*") {
    take(policy.of(*place));
  } else {
    for (const auto& [link, of_link] : policy.links)
      if (link.from == "*" || link.from == place->from) take(of_link);
  }
  return most;
}

void half_open_bounded(const Evidence& evidence, Tally& tally) {
  if (evidence.record().events_dropped > 0) tally.not_judged("Events were dropped");
  std::map<std::string_view, std::int64_t> peaks;  // by the breaker's place
  for (const Event* event : evidence.observations().events()) {
    if (event->kind != Event::Kind::probe) continue;
    tally.judged();
    std::int64_t& peak = peaks[event->where];
    peak = std::max(peak, event->value);
  }
  std::int64_t highest = 0;
  for (const auto& [where, peak] : peaks) {
    highest = std::max(highest, peak);
    const std::optional<std::int64_t> most = most_probes(evidence.scenario().policy, where);
    if (most && peak > *most)
      tally.offend("", fmt::format("the half-open breaker of {} had {} probes under way, and may "
                                   "have {}",
                                   where, base::grouped(peak), base::grouped(*most)));
  }
  if (!peaks.empty()) tally.value(base::grouped(highest));
  tally.limit("<= half_open_calls");
}

// When a thread is known to have run. On a busy machine it may stand still for longer than a call
// may be late, and all that shows is that nothing was seen of it meanwhile.
class Pulse {
 public:
  explicit Pulse(std::vector<TimePoint> beats) : beats_(std::move(beats)) {
    std::sort(beats_.begin(), beats_.end());
  }
  // Whether, in the time in which a call was late, it stood still for as long as that.
  bool was_still(const Window& late) const {
    auto next = std::upper_bound(beats_.begin(), beats_.end(), late.from);
    if (next == beats_.begin() && next != beats_.end()) ++next;
    for (; next != beats_.end() && *std::prev(next) < late.to; ++next)
      if (*next - *std::prev(next) + catching_up >= late.length()) return true;
    return false;
  }

 private:
  // For what has piled up when it goes on.
  static constexpr Duration catching_up = std::chrono::milliseconds(10);
  std::vector<TimePoint> beats_;
};

// A node takes a sample of itself every 100 ms in the thread that ends its calls, and so do the
// links in the thread that keeps the journal.
Pulse pulse_of(const Record& record, std::string_view node) {
  std::vector<TimePoint> beats;
  for (const record::Sample& sample : record.samples)
    if (sample.node == node) beats.push_back(sample.t);
  return Pulse(std::move(beats));
}

// Finds calls that went on past their deadline although their caller was there to end them.
class LateCalls {
 public:
  explicit LateCalls(const Evidence& evidence)
      : evidence_(evidence), is_real_(evidence.scenario().target.mode != model::Mode::sim) {}

  // Whether calls on this link are to end by their deadline at all.
  bool is_bounded(const base::Link& link) {
    if (link.from == "client") return false;  // the load generator, no part of the system
    const auto known = bounded_.find(link);
    if (known != bounded_.end()) return known->second;
    const bool bounded = bool(evidence_.scenario().policy.of(link).timeout);
    return bounded_.emplace(link, bounded).first->second;
  }

  // As the callers' patterns told it.
  std::vector<std::string> told() {
    std::vector<std::string> late;
    for (const Event* event : evidence_.observations().events()) {
      if (event->kind != Event::Kind::late) continue;
      const std::optional<base::Link> link = base::parse_link(event->where);
      const Window past{event->t - Duration(event->value), event->t};
      if (!link || !is_bounded(*link) || was_away(link->from, past)) continue;
      if (!stood_still(link->from, past))
        late.push_back(sentence(*link, event->subject, past.length()));
    }
    return late;
  }

  // As the wire journal saw it.
  std::vector<std::string> seen(Tally& tally) {
    std::vector<std::string> late;
    for (const Exchange* call : evidence_.observations().exchanges()) {
      if (call->deadline == TimePoint{} || !is_bounded(call->link)) continue;
      tally.judged();
      if (call->ended <= call->deadline + deadline_slack) continue;
      if (was_away(call->link.from, {call->sent, call->ended})) continue;
      const Window past{call->deadline, call->ended};
      if (!stood_still(call->link.from, past) && !stood_still(record::Sample::links, past))
        late.push_back(sentence(call->link, call->index.subject, past.length()));
    }
    return late;
  }

  // Whether a call was left out because a thread stood still.
  bool any_excused() const { return any_excused_; }

 private:
  // One that is paused or dead ends no call.
  bool was_away(const std::string& caller, const Window& window) {
    auto known = away_.find(caller);
    if (known == away_.end())
      known = away_.emplace(caller, evidence_.observations().down_times(caller, TimePoint::max()))
                  .first;
    return std::any_of(known->second.begin(), known->second.end(),
                       [&](const Window& away) { return away.overlaps(window); });
  }

  // In virtual time nothing stands still unless it is paused.
  bool stood_still(const std::string& caller, const Window& past) {
    if (!is_real_) return false;
    auto known = pulses_.find(caller);
    if (known == pulses_.end())
      known = pulses_.emplace(caller, pulse_of(evidence_.record(), caller)).first;
    return excuse(known->second, past);
  }

  bool excuse(const Pulse& pulse, const Window& past) {
    const bool was_still = pulse.was_still(past);
    any_excused_ |= was_still;
    return was_still;
  }

  static std::string sentence(const base::Link& link, base::Subject subject, Duration by) {
    return fmt::format("a call of {} on {} went on for {} past its deadline",
                       base::to_text(subject), base::to_text(link), time_text(by));
  }

  const Evidence& evidence_;
  const bool is_real_;
  std::map<base::Link, bool> bounded_;
  std::map<std::string, Windows> away_;
  std::map<std::string, Pulse> pulses_;
  bool any_excused_ = false;
};

void deadlines_kept(const Evidence& evidence, Tally& tally) {
  LateCalls calls(evidence);
  const std::vector<std::string> seen = calls.seen(tally);
  const std::vector<std::string> told = calls.told();
  const std::vector<std::string>& late = told.size() < seen.size() ? seen : told;
  for (const std::string& sentence : late) tally.offend("", sentence);
  if (calls.any_excused())
    tally.not_judged(
        "Calls ended late, but by no more than the threads that end and watch them stood still: "
        "the machine was too busy");
  tally.value(base::grouped(std::int64_t(late.size())));
  tally.limit("== 0");
}

struct PatternLimit {
  std::string_view id;
  std::string_view name;
  void (*check)(const Evidence& evidence, Tally& tally);
  std::string_view explanation;
  std::string_view nothing;
};

constexpr auto limit_table = std::to_array<PatternLimit>({
    {"P1", "permits-returned", permits_returned,
     "Each permit of a breaker or a bulkhead comes back, however its call ends",
     "no permit was taken"},
    {"P2", "half-open-bounded", half_open_bounded,
     "A half-open breaker lets no more probes through than it was told to",
     "no breaker was half-open"},
    {"P3", "deadlines-kept", deadlines_kept,
     "A call with a timeout ends by its deadline, whatever its callee does",
     "no call had a deadline"},
});

// Being late is seen only where the clocks of callers can be relied on.
void distrust_times(Finding& finding, const Evidence& evidence, LoadHeld load_held) {
  using Status = Finding::Status;
  const bool judged = finding.status == Status::held || finding.status == Status::broken;
  if (!judged) return;
  if (evidence.record().events_dropped > 0) {
    finding.status = Status::not_judged;
    finding.why = "Events were dropped, and with them late calls, or pauses of their callers";
  } else if (load_held == LoadHeld::no && evidence.scenario().target.mode != model::Mode::sim) {
    finding.status = Status::not_judged;
    finding.why = "The machine was too busy to send the load in time, or to end a call in time";
  }
}

}  // namespace

std::vector<Finding> judge_pattern_limits(const Evidence& evidence, LoadHeld load_held) {
  std::vector<Finding> findings;
  for (const PatternLimit& limit : limit_table) {
    Tally tally;
    limit.check(evidence, tally);
    Finding& finding =
        findings.emplace_back(std::move(tally).finish(limit.explanation, limit.nothing));
    finding.kind = Finding::Kind::slo;
    finding.id = limit.id;
    finding.name = limit.name;
    if (limit.check == deadlines_kept) distrust_times(finding, evidence, load_held);
  }
  return findings;
}

}  // namespace seawall::check
