// B8, C1 and C3: what has to happen in time.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/invariants.hpp"
#include "harness/check/links.hpp"
#include "harness/check/value.hpp"

namespace seawall::check {
namespace {

using namespace std::chrono_literals;

constexpr Duration visible_within = 2s;  // of up-time, after stuck_after

// The time of the order service, which does not pass while it is down.
class UpTime {
 public:
  explicit UpTime(Windows down) : down_(std::move(down)) {}
  Duration between(TimePoint from, TimePoint to) const {
    Duration up = to - from;
    for (const Window& down : down_)
      up -= Window{std::max(from, down.from), std::min(to, down.to)}.length();
    return up;
  }

 private:
  Windows down_;
};

struct DeadLetter {
  const Row* opened = nullptr;  // the first
  const Row* last = nullptr;
};

DeadLetter dead_letter_of(const Order& order) {
  DeadLetter letter;
  for (const Row* row : order.rows) {
    if (row->machine != Machine::dead_letter) continue;
    if (!letter.opened && row->to == "open") letter.opened = row;
    letter.last = row;
  }
  return letter;
}

class StuckJudge {
 public:
  StuckJudge(const Evidence& evidence, Tally& tally)
      : evidence_(evidence), tally_(tally), end_(evidence.watched_until()) {}

  void judge(const Order& order) {
    const TimePoint ended = order.terminal ? order.terminal->t : end_;
    const Duration limit = evidence_.scenario().saga.stuck_after;
    const TimePoint began = order.pending->t;
    const DeadLetter letter = dead_letter_of(order);
    // Up-time is never longer than time: most orders need no closer look.
    const bool too_long = ended - began > limit + visible_within &&
                          up(order).between(began, ended) > limit + visible_within;
    if (!too_long && !letter.opened) return;
    tally_.judged();
    if (!letter.opened)
      return tally_.offend(order.id, fmt::format("open for {} since {}, but it never got a dead "
                                                 "letter",
                                                 time_text(ended - began), place(*order.pending)));
    const Duration until_marked = up(order).between(began, letter.opened->t);
    if (too_long && until_marked > limit + visible_within)
      tally_.offend(order.id, fmt::format("its dead letter ({}) came after {}, {} too late",
                                          place(*letter.opened), time_text(until_marked),
                                          time_text(until_marked - limit - visible_within)));
    if (order.terminal && letter.last->to != "closed")
      tally_.offend(order.id, fmt::format("ended ({}), but its dead letter is still open ({})",
                                          place(*order.terminal), place(*letter.last)));
    if (!order.terminal && letter.last->to == "closed")
      tally_.offend(order.id, fmt::format("its dead letter was closed ({}), but it has not ended",
                                          place(*letter.last)));
  }

 private:
  const UpTime& up(const Order& order) {
    const std::string_view node = order.pending->node;
    const auto found = up_.find(node);
    if (found != up_.end()) return found->second;
    return up_.emplace(node, UpTime(evidence_.observations().down_times(node, end_))).first->second;
  }

  const Evidence& evidence_;
  Tally& tally_;
  TimePoint end_;
  std::unordered_map<std::string_view, UpTime> up_;
};

}  // namespace

void stuck_is_visible(const Evidence& evidence, Tally& tally) {
  StuckJudge stuck(evidence, tally);
  for (const Order& order : evidence.orders())
    if (order.exists()) stuck.judge(order);
}

void converges(const Evidence& evidence, Tally& tally) {
  if (evidence.cut_short())
    return tally.not_judged("The run was broken off before its orders could come to an end");
  const Duration limit = evidence.scenario().run.settle;
  const TimePoint rest = evidence.rest_from();
  tally.limit(fmt::format("<= {}", time_text(limit)));
  TimePoint last = rest;
  for (const Order& order : evidence.orders()) {
    if (!order.began()) continue;
    tally.judged();
    if (order.open()) {
      tally.offend(order.id, fmt::format("still open {} after the last fault and the load had "
                                         "ended",
                                         time_text(evidence.watched_until() - rest)));
      continue;
    }
    last = std::max(last, order.terminal->t);
    if (order.terminal->t - rest > limit)
      tally.offend(order.id,
                   fmt::format("ended ({}) {} after the last fault and the load had "
                               "ended",
                               place(*order.terminal), time_text(order.terminal->t - rest)));
  }
  tally.value(evidence.open_sagas() > 0 ? "never" : time_text(last - rest));
}

namespace {

constexpr double most_per_call = 1.2;
constexpr Duration grace_after_heal = 5s;
// A ratio of fewer calls says nothing: two retries of five calls would be a storm.
constexpr std::int64_t least_calls = 100;
constexpr std::int64_t least_calls_of_peak = 20;

bool any_fault_armed(const Evidence& evidence) {
  return std::any_of(evidence.record().faults.begin(), evidence.record().faults.end(),
                     [](const record::FaultUse& use) { return use.was_armed; });
}

struct Peak {
  double per_call = 0;
  base::Link link;
};

Peak peak_of(const Evidence& evidence) {
  Peak peak;
  const Record& record = evidence.record();
  for (TimePoint t = record.time_zero; t < record.load_end; t += 1s)
    for (const auto& [link, attempts] :
         attempts_between_services(evidence.observations(), {t, t + 1s}))
      if (attempts.first >= least_calls_of_peak && attempts.per_call() > peak.per_call)
        peak = {attempts.per_call(), link};
  return peak;
}

}  // namespace

void load_bounded(const Evidence& evidence, Tally& tally) {
  const Record& record = evidence.record();
  const TimePoint from =
      any_fault_armed(evidence) ? record.healed + grace_after_heal : record.time_zero;
  const Window window{from, record.load_end};
  tally.limit(fmt::format("<= {} requests", most_per_call));
  if (window.empty())
    return tally.not_judged(
        "The load ended within 5 s of the last fault, so nothing is known about the time after it");

  Peak highest;
  std::int64_t seen = 0;
  for (const auto& [link, attempts] : attempts_between_services(evidence.observations(), window)) {
    seen += attempts.all;
    if (attempts.first < least_calls) continue;
    tally.judged();
    if (attempts.per_call() > highest.per_call) highest = {attempts.per_call(), link};
    if (attempts.per_call() > most_per_call)
      tally.offend("", fmt::format("{}: {} requests for {} calls, {:.2f} each, from 5 s after the "
                                   "last fault to the end of the load",
                                   base::to_text(link), base::grouped(attempts.all),
                                   base::grouped(attempts.first), attempts.per_call()));
  }
  const Peak peak = peak_of(evidence);
  if (highest.per_call > 0) tally.value(fmt::format("{:.2f} for each call", highest.per_call));
  if (highest.per_call > 0 && peak.per_call > 0)
    tally.value(fmt::format("{:.2f} for each call (peak {:.2f} on {})", highest.per_call,
                            peak.per_call, base::to_text(peak.link)));
  if (highest.per_call == 0 && seen > 0)
    tally.not_judged(
        fmt::format("No link carried {} calls in that time: too few for a ratio", least_calls));
}

}  // namespace seawall::check
