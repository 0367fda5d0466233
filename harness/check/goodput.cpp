#include "harness/check/goodput.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/invariants.hpp"
#include "harness/check/links.hpp"
#include "harness/check/value.hpp"

namespace seawall::check {
namespace {

using namespace std::chrono_literals;

constexpr Duration granted = 10s;       // granted after the last fault
constexpr Duration after_length = 10s;  // what is judged then
constexpr Duration least_length = 5s;
constexpr std::int64_t least_requests = 500;
constexpr double enough = 0.95;    // of the base
constexpr double collapsed = 0.5;  // of the base
constexpr double full = 0.95;      // of the capacity
constexpr double growth = 1.2;     // of attempts per call, against the base
constexpr double least_queue = 10;
constexpr double queue_growth = 5;
constexpr double draining_below = 0.8;  // of the queue's first half, in its second

stats::Proportion goodput(const Evidence& evidence, const Window& window) {
  stats::Proportion share;
  for (const Exchange* request : evidence.observations().history(window)) {
    if (!counts_for_goodput(*request)) continue;
    ++share.tries;
    if (is_good(*request)) ++share.hits;
  }
  return share;
}

struct Queue {
  double first_half = 0, second_half = 0;
  double mean() const { return (first_half + second_half) / 2; }
  bool draining() const { return second_half < draining_below * first_half; }
};

std::map<std::string_view, Queue> queues(const Record& record, const Window& window) {
  struct Sums {
    double sum[2] = {0, 0};
    std::int64_t count[2] = {0, 0};
  };
  std::map<std::string_view, Sums> sums;
  const TimePoint middle = window.from + window.length() / 2;
  for (const record::Sample& sample : record.samples) {
    if (!window.contains(sample.t)) continue;
    Sums& of_node = sums[sample.node];
    const int half = sample.t < middle ? 0 : 1;
    of_node.sum[half] += static_cast<double>(sample.queued);
    ++of_node.count[half];
  }
  std::map<std::string_view, Queue> result;
  for (const auto& [node, of_node] : sums) {
    auto mean = [&](int half) {
      return of_node.count[half] == 0 ? 0 : of_node.sum[half] / double(of_node.count[half]);
    };
    result[node] = {mean(0), mean(1)};
  }
  return result;
}

// What is seen in the window after the recovery, compared with the base.
class Aftermath {
 public:
  Aftermath(const Evidence& evidence, const GoodputWindows& windows, const GoodputVerdict& shares)
      : evidence_(evidence), windows_(windows), shares_(shares) {
    look_at_load();
    look_at_attempts();
    look_at_queues();
    look_at_refusals();
    node_down_ = evidence.observations().node_down(windows.after);
  }

  GoodputVerdict verdict() const {
    GoodputVerdict verdict = shares_;
    const bool collapsed_now = shares_.after.value() < collapsed * shares_.base.value();
    const bool feeds_itself = !storm_.empty() || !standing_queue_.empty();
    if (collapsed_now && overloaded_.empty() && node_down_.empty() && feeds_itself) {
      verdict.recovery = Recovery::metastable;
      verdict.why = storm_.empty() ? standing_queue_ : storm_;
    } else if (!overloaded_.empty()) {
      verdict.recovery = Recovery::overloaded;
      verdict.why = overloaded_;
    } else if (!refusing_.empty()) {
      verdict.recovery = Recovery::refusing;
      verdict.why = refusing_;
    } else if (!draining_queue_.empty()) {
      verdict.recovery = Recovery::draining;
      verdict.why = draining_queue_;
    } else {
      verdict.recovery = Recovery::not_recovered;
      verdict.why = node_down_.empty() ? "no link repeats more than before and no queue stands"
                                       : fmt::format("{} was down or paused", node_down_);
    }
    return verdict;
  }

 private:
  // Demand on a node: its calls in the base window, scaled to the load of the window after. Retries
  // do not count, they are what is to be found out.
  void look_at_load() {
    std::map<std::string_view, std::int64_t> calls;
    for (const Exchange* request : evidence_.observations().exchanges(windows_.base))
      if (request->index.attempt <= 1) ++calls[request->link.to];
    const double orders_then =
        static_cast<double>(shares_.base.tries) / seconds(windows_.base.length());
    const double orders_now =
        static_cast<double>(shares_.after.tries) / seconds(windows_.after.length());
    for (const auto& [node, count] : calls) {
      const auto capacity = evidence_.scenario().target.capacity.find(std::string(node));
      if (capacity == evidence_.scenario().target.capacity.end()) continue;
      const double service = seconds(capacity->second.service_time);
      if (service == 0) continue;
      const double most = static_cast<double>(capacity->second.workers) / service;
      const double offered =
          static_cast<double>(count) / seconds(windows_.base.length()) * orders_now / orders_then;
      if (offered > full * most && overloaded_.empty())
        overloaded_ =
            fmt::format("{} is asked for {} calls a second and can serve {}", node,
                        base::grouped(std::llround(offered)), base::grouped(std::llround(most)));
    }
  }

  void look_at_attempts() {
    const auto before = attempts_between_services(evidence_.observations(), windows_.base);
    const auto after = attempts_between_services(evidence_.observations(), windows_.after);
    for (const auto& [link, now] : after) {
      const auto then = before.find(link);
      const double base = then == before.end() ? 1 : std::max(1.0, then->second.per_call());
      if (now.first == 0 || now.per_call() <= growth * base || !storm_.empty()) continue;
      storm_ = fmt::format("{} carries {:.2f} attempts for each call, against {:.2f} before",
                           base::to_text(link), now.per_call(), base);
    }
  }

  void look_at_queues() {
    const auto before = queues(evidence_.record(), windows_.base);
    for (const auto& [node, now] : queues(evidence_.record(), windows_.after)) {
      const auto then = before.find(node);
      const double base = then == before.end() ? 0 : then->second.mean();
      if (now.mean() < std::max(least_queue, queue_growth * base)) continue;
      std::string& found = now.draining() ? draining_queue_ : standing_queue_;
      if (found.empty())
        found =
            fmt::format("the queue of {} has {} requests, against {} before{}", node,
                        base::grouped(std::llround(now.mean())), base::grouped(std::llround(base)),
                        now.draining() ? ", and is getting shorter" : "");
    }
  }

  // Whether the callers' own patterns explain most of what fails: a breaker or a limiter is stuck.
  void look_at_refusals() {
    std::map<std::pair<std::string_view, std::string_view>, std::set<base::Subject>> refused;
    for (const Event* event : evidence_.observations().events(windows_.after))
      if (event->kind == Event::Kind::reject && event->name != "capacity")
        refused[{event->where, event->name}].insert(event->subject);
    const std::int64_t bad = shares_.after.tries - shares_.after.hits;
    for (const auto& [what, subjects] : refused)
      if (2 * static_cast<std::int64_t>(subjects.size()) >= bad && refusing_.empty())
        refusing_ = fmt::format("{} of {} still refuses calls of {} requests", what.second,
                                what.first, base::grouped(std::int64_t(subjects.size())));
  }

  const Evidence& evidence_;
  const GoodputWindows& windows_;
  const GoodputVerdict& shares_;
  std::string overloaded_, storm_, standing_queue_, draining_queue_, refusing_;
  std::string_view node_down_;
};

std::string words_of(Recovery recovery) {
  switch (recovery) {
    case Recovery::recovered:
      return "recovered";
    case Recovery::metastable:
      return base::concat({record::metastable, " (it does not recover by itself)"});
    case Recovery::overloaded:
      return "overloaded";
    case Recovery::refusing:
      return "refusing";
    case Recovery::draining:
      return "draining";
    case Recovery::not_recovered:
      return "not recovered";
  }
  return {};
}

}  // namespace

bool is_good(const Exchange& request) {
  using Kind = model::Told::Kind;
  if (request.ended == TimePoint{} || request.status >= 500) return false;
  if (request.deadline != TimePoint{} && request.deadline < request.ended) return false;
  const Kind told = request.told.kind;
  const bool business = told == Kind::refused && (request.status == 402 || request.status == 409);
  return told == Kind::confirmed || told == Kind::accepted || told == Kind::rejected || business;
}

bool counts_for_goodput(const Exchange& request) {
  return request.index.subject.kind == base::Subject::Kind::order && !request.abandoned;
}

GoodputWindows goodput_windows(const Record& record) {
  GoodputWindows windows;
  TimePoint first = TimePoint::max();
  for (const record::FaultUse& use : record.faults)
    if (use.was_armed) first = std::min(first, use.armed);
  if (first == TimePoint::max()) return windows;
  windows.base = {record.time_zero, std::min(first, record.load_end)};
  const TimePoint from = record.healed + granted;
  windows.after = {from, std::min(from + after_length, record.load_end)};
  return windows;
}

std::optional<GoodputVerdict> judge_goodput(const Evidence& evidence) {
  const GoodputWindows windows = goodput_windows(evidence.record());
  if (std::min(windows.base.length(), windows.after.length()) < least_length) return {};
  GoodputVerdict verdict;
  verdict.base = goodput(evidence, windows.base);
  verdict.after = goodput(evidence, windows.after);
  if (std::min(verdict.base.tries, verdict.after.tries) < least_requests) return {};
  const bool lower = verdict.after.value() < enough * verdict.base.value();
  // Two healthy windows differ by 5 % in up to 12 % of cases: it must not be chance either.
  if (!lower || !stats::is_significant_drop(verdict.base, verdict.after)) return verdict;
  return Aftermath(evidence, windows, verdict).verdict();
}

void goodput_recovers(const Evidence& evidence, Tally& tally) {
  const auto& faults = evidence.record().faults;
  if (std::none_of(faults.begin(), faults.end(), [](const auto& use) { return use.was_armed; }))
    return;
  tally.judged();
  const std::optional<GoodputVerdict> verdict = judge_goodput(evidence);
  if (!verdict)
    return tally.not_judged(
        "Comparing the time before the faults with the time from 10 s after them takes 5 s and 500 "
        "orders in each, within the load");
  const double before = verdict->base.value();
  const double after = verdict->after.value();
  tally.value(value_text(model::Unit::share, after));
  tally.limit(fmt::format(">= {}", value_text(model::Unit::share, enough * before)));
  if (verdict->recovery == Recovery::recovered) return;
  tally.offend("", fmt::format("{}: {} of the orders succeeded from 10 s after the last fault, {} "
                               "before the first; {}",
                               words_of(verdict->recovery), value_text(model::Unit::share, after),
                               value_text(model::Unit::share, before), verdict->why));
}

}  // namespace seawall::check
