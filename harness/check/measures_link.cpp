// Measures of links and of the patterns on them, from the wire journal and the events.
//
// A count of what a pattern did is blind (Outcome::blind) where the pattern could not have done it:
// it does not stand on the link, or no call came its way.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/check/links.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;
using Kind = Event::Kind;

// The patterns that refuse calls, at the caller or at the callee.
constexpr auto refusing =
    std::to_array<std::string_view>({"timeout", "retry_budget", "circuit_breaker", "bulkhead",
                                     "rate_limiter", "throttle", "concurrency_limit"});

base::Link link_argument(const model::Expression& measure) {
  const std::optional<base::Link> link = base::parse_link(measure.children.at(0).name);
  base::require(link.has_value(), "the scenario's reader has checked the names of links");
  return *link;
}

// Whether `where` of an event or a pattern is a link that is meant. A caller's one breaker for all
// its links ("order -> *") is at each of them, and what stands before all instances at each.
bool is_at(const std::string& where, const base::Link& link) {
  const std::optional<base::Link> place = base::parse_link(where);
  const auto meet = [](const std::string& a, const std::string& b) {
    return base::means(a, b) || base::means(b, a);
  };
  return place && meet(place->from, link.from) && meet(place->to, link.to);
}

Attempts attempts_on(const Focus& focus, const base::Link& link) {
  Attempts attempts;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.exchanges(window)) {
      if (!link.covers(request->link)) continue;
      ++attempts.all;
      if (request->index.attempt <= 1) ++attempts.first;
    }
  return attempts;
}

bool stands_on(const Focus& focus, std::string_view pattern, const base::Link& link) {
  const auto& uses = focus.record.patterns;
  return std::any_of(uses.begin(), uses.end(), [&](const record::PatternUse& use) {
    return use.pattern == pattern && is_at(use.where, link);
  });
}

// Whether any call was made over the link: on the wire, or refused before it.
bool was_called(const Focus& focus, const base::Link& link) {
  for (const Window& window : focus.windows) {
    for (const Exchange* request : focus.observations.exchanges(window))
      if (link.covers(request->link)) return true;
    for (const Event* event : focus.observations.events(window))
      if (event->kind == Kind::reject && is_at(event->where, link)) return true;
  }
  return false;
}

// How often the pattern did something on the link.
Outcome deeds_of(const Focus& focus, std::string_view pattern, const base::Link& link,
                 std::int64_t count) {
  Outcome outcome = Outcome::of_count(count);
  if (count > 0) return outcome;
  if (!stands_on(focus, pattern, link))
    outcome.why = fmt::format("no {} stands on {}", pattern, base::to_text(link));
  else if (!was_called(focus, link))
    outcome.why = fmt::format("no call was made over {} in this phase", base::to_text(link));
  outcome.blind = !outcome.why.empty();
  return outcome;
}

// Whether any call was made over the link in the whole run: the same, at any time.
bool was_ever_called(const Focus& focus, const base::Link& link) {
  Focus whole = focus;
  whole.windows = {{TimePoint::min(), TimePoint::max()}};
  return was_called(whole, link);
}

// A count over the wire journal, in which nothing can be found where nothing was sent. That there
// is nothing in this phase says something of a link that is used at another time: one that nobody
// ever used may as well lead nowhere.
Outcome count_of_sent(const Focus& focus, const base::Link& link, std::int64_t count) {
  const bool sent =
      std::any_of(focus.windows.begin(), focus.windows.end(), [&](const Window& window) {
        return !focus.observations.history(window).empty() ||
               !focus.observations.exchanges(window).empty();
      });
  if (count == 0 && !sent)
    return Outcome::none(State::inconclusive, "nothing was sent in this phase");
  Outcome outcome = Outcome::of_count(count);
  if (count > 0 || was_ever_called(focus, link)) return outcome;
  outcome.blind = true;
  outcome.why = fmt::format("no call was made over {} in the whole run", base::to_text(link));
  return outcome;
}

template <class Each>
void for_each_event(const Focus& focus, Kind kind, const base::Link& link, Each each) {
  for (const Window& window : focus.windows)
    for (const Event* event : focus.observations.events(window))
      if (event->kind == kind && is_at(event->where, link)) each(*event);
}

bool is_opening(const Event& event) { return event.what.ends_with(" open"); }

bool is_ejection(const Event& event) { return event.what == "ejected"; }

// When the next fault begins.
TimePoint next_armed(const Record& record, TimePoint after) {
  TimePoint next = TimePoint::max();
  for (const record::FaultUse& use : record.faults)
    if (use.was_armed && use.armed >= after) next = std::min(next, use.armed);
  return next;
}

// Whether the scenario's settings for the link let no instance ever be ejected.
bool never_ejects(const Focus& focus, const base::Link& link) {
  bool idle = false;
  for (const auto& [place, policy] : focus.scenario.policy.links) {
    if (!policy.outlier || !is_at(base::to_text(place), link)) continue;
    const auto instances = focus.scenario.target.instances.nodes_of(place.to).size();
    if (policy.outlier->most_ejected(static_cast<std::int64_t>(instances)) > 0) return false;
    idle = true;
  }
  return idle;
}

// When the breaker of each covered link was open: not half-open.
std::map<std::string_view, Windows> open_times(const Focus& focus, const base::Link& link) {
  std::map<std::string_view, Windows> times;
  for (const Event* event : focus.observations.events()) {
    if (event->kind != Kind::breaker || !is_at(event->where, link)) continue;
    Windows& open = times[event->where];
    const bool is_open = !open.empty() && open.back().to == TimePoint::max();
    if (is_opening(*event) && !is_open) open.push_back({event->t, TimePoint::max()});
    if (!is_opening(*event) && is_open) open.back().to = event->t;
  }
  return times;
}

}  // namespace

Outcome call_latency(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::vector<Duration> samples;
  std::int64_t sent = 0;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.exchanges(window)) {
      if (!link.covers(request->link)) continue;
      ++sent;
      if (request->status != 0) samples.push_back(request->ended - request->sent);
    }
  return quantile_outcome(focus, std::move(samples), sent, measure.quantile);
}

Outcome attempts(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  return count_of_sent(focus, link, attempts_on(focus, link).all);
}

Outcome retries(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const Attempts attempts = attempts_on(focus, link);
  return deeds_of(focus, "retry", link, attempts.all - attempts.first);
}

Outcome amplification(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const Attempts attempts = attempts_on(focus, link);
  if (attempts.first == 0)
    return Outcome::none(State::inconclusive,
                         fmt::format("no call went over {} in this phase", base::to_text(link)));
  Outcome outcome = Outcome::of(model::Unit::count, attempts.per_call());
  const Outcome retries = deeds_of(focus, "retry", link, attempts.all - attempts.first);
  outcome.blind = retries.blind;
  outcome.why = retries.why;
  return outcome;
}

// How a herd shows: many at once, though not many in all.
Outcome peak_to_mean(const Focus& focus, const model::Expression& measure) {
  using namespace std::chrono_literals;
  constexpr Duration slot = 10ms;
  const base::Link link = link_argument(measure);
  std::int64_t all = 0;
  std::int64_t most = 0;
  for (const Window& window : focus.windows) {
    std::int64_t at = -1;  // of the slot that is being counted
    std::int64_t count = 0;
    for (const Exchange* request : focus.observations.exchanges(window)) {
      if (!link.covers(request->link)) continue;
      const std::int64_t here = (request->sent - window.from) / slot;
      count = here == at ? count + 1 : 1;
      at = here;
      most = std::max(most, count);
      ++all;
    }
  }
  if (all == 0)
    return Outcome::none(State::inconclusive,
                         fmt::format("nothing went over {} in this phase", base::to_text(link)));
  const double slots = seconds(length(focus.windows)) / seconds(slot);
  return Outcome::of(model::Unit::count,
                     static_cast<double>(most) * slots / static_cast<double>(all));
}

Outcome calls(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::string_view method;
  std::string_view path = "*";
  if (measure.children.size() > 1) {
    const std::string_view text = base::trim(measure.children[1].name);
    const std::size_t blank = text.find(' ');
    if (blank != std::string_view::npos) method = text.substr(0, blank);
    path = blank == std::string_view::npos ? text : base::trim(text.substr(blank));
  }
  const int status =
      measure.children.size() > 2 ? static_cast<int>(measure.children[2].number) : -1;
  std::int64_t count = 0;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.exchanges(window)) {
      if (!link.covers(request->link)) continue;
      if (!method.empty() && model::name_of(request->method) != method) continue;
      if (status >= 0 && request->status != status) continue;
      if (base::matches_glob(path, request->path)) ++count;
    }
  return count_of_sent(focus, link, count);
}

Outcome opens(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::int64_t count = 0;
  for_each_event(focus, Kind::breaker, link,
                 [&](const Event& event) { count += is_opening(event) ? 1 : 0; });
  return deeds_of(focus, "circuit_breaker", link, count);
}

Outcome time_to_open(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const std::string& fault = measure.children.at(1).name;
  const auto active = active_window(fault, focus.scenario, focus.record);
  if (!active) return active.error();
  for (const Event* event : focus.observations.events({active->from, TimePoint::max()}))
    if (event->kind == Kind::breaker && is_at(event->where, link) && is_opening(*event))
      return Outcome::of(model::Unit::time, seconds(event->t - active->from));
  return Outcome::none(State::failed,
                       fmt::format("the breaker of {} never opened", base::to_text(link)));
}

Outcome calls_while_open(const Focus& focus, const model::Expression& measure) {
  const base::Link asked = link_argument(measure);
  bool was_open = false;
  std::int64_t count = 0;
  for (const auto& [where, times] : open_times(focus, asked)) {
    const std::optional<base::Link> link = base::parse_link(where);
    for (const Window& window : focus.windows) {
      was_open |= std::any_of(times.begin(), times.end(),
                              [&](const Window& open) { return open.overlaps(window); });
      for (const Exchange* request : focus.observations.exchanges(window))
        if (link->covers(request->link) && asked.covers(request->link) &&
            contains(times, request->sent))
          ++count;
    }
  }
  if (!was_open)
    return Outcome::none(State::inconclusive, fmt::format("no breaker of {} was open in this phase",
                                                          base::to_text(asked)));
  return Outcome::of_count(count);
}

Outcome probes(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::int64_t count = 0;
  for_each_event(focus, Kind::probe, link, [&](const Event&) { ++count; });
  Outcome outcome = deeds_of(focus, "circuit_breaker", link, count);
  if (count > 0 || outcome.blind || !open_times(focus, link).empty()) return outcome;
  outcome.blind = true;
  outcome.why = fmt::format("no breaker of {} ever opened", base::to_text(link));
  return outcome;
}

Outcome half_open_in_flight(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::int64_t most = 0;
  for_each_event(focus, Kind::probe, link,
                 [&](const Event& event) { most = std::max(most, event.value); });
  if (most == 0)
    return Outcome::none(
        State::inconclusive,
        fmt::format("no breaker of {} let a probe through in this phase", base::to_text(link)));
  return Outcome::of_count(most);
}

Outcome ejections(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  std::int64_t count = 0;
  for_each_event(focus, Kind::outlier, link,
                 [&](const Event& event) { count += is_ejection(event) ? 1 : 0; });
  Outcome outcome = deeds_of(focus, "outlier", link, count);
  if (count > 0 || outcome.blind || !never_ejects(focus, link)) return outcome;
  outcome.blind = true;
  outcome.why = fmt::format("outlier may eject no instance on {}", base::to_text(link));
  return outcome;
}

Outcome time_to_eject(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const auto active = active_window(measure.children.at(1).name, focus.scenario, focus.record);
  if (!active) return active.error();
  for (const Event* event : focus.observations.events({active->from, TimePoint::max()}))
    if (event->kind == Kind::outlier && is_at(event->where, link) && is_ejection(*event))
      return Outcome::of(model::Unit::time, seconds(event->t - active->from));
  return Outcome::none(State::failed,
                       fmt::format("no instance was ejected on {}", base::to_text(link)));
}

// Ejections from the arming of the fault on, and for as long as no other one can be the cause of
// them. An instance that is ejected once more has not returned before the end of that.
Outcome time_to_return(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const std::string& fault = measure.children.at(1).name;
  const auto active = active_window(fault, focus.scenario, focus.record);
  if (!active) return active.error();
  const TimePoint next = next_armed(focus.record, active->to);
  std::set<std::string_view> ejected;
  bool any = false;
  TimePoint last = active->to;
  for (const Event* event : focus.observations.events({active->from, TimePoint::max()})) {
    if (event->kind != Kind::outlier || !is_at(event->where, link)) continue;
    if (is_ejection(*event)) {
      if (event->t >= next) continue;
      ejected.insert(event->where);
      any = true;
    } else if (ejected.erase(event->where) > 0) {
      last = std::max(last, event->t);
    }
  }
  if (!any)
    return Outcome::none(State::inconclusive, fmt::format("no instance was ejected on {} by {}",
                                                          base::to_text(link), fault));
  if (!ejected.empty())
    return Outcome::none(State::failed, fmt::format("{} never returned", *ejected.begin()));
  return Outcome::of(model::Unit::time, seconds(last - active->to));
}

Outcome rejected(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const std::string& pattern = measure.children.at(1).name;
  std::int64_t count = 0;
  for (const Window& window : focus.windows)
    for (const Event* event : focus.observations.events(window)) {
      // A callee's own queue refuses at its node, whichever link the request came by.
      const bool here = is_at(event->where, link) || event->where == link.to ||
                        base::service_of(event->where) == link.to;
      if (event->kind == Kind::reject && event->name == pattern && here) ++count;
    }
  if (pattern == "capacity") return count_of_sent(focus, link, count);
  Outcome outcome = deeds_of(focus, pattern, link, count);
  if (count == 0 && std::find(refusing.begin(), refusing.end(), pattern) == refusing.end()) {
    outcome.blind = true;
    outcome.why = fmt::format("{} refuses no call", pattern);
  }
  return outcome;
}

Outcome permits_leaked(const Focus& focus, const model::Expression&) {
  std::int64_t taken = 0;
  std::int64_t leaked = 0;
  for (const record::PatternUse& use : focus.record.patterns) {
    taken += use.permits_taken;
    leaked += std::abs(use.permits_taken - use.permits_returned);  // returned twice is as wrong
  }
  if (taken == 0) return Outcome::none(State::inconclusive, "no permit was taken");
  return Outcome::of_count(leaked);
}

// Told by the callers' patterns and seen by the journal: whichever saw more.
Outcome calls_past_deadline(const Focus& focus, const model::Expression& measure) {
  const base::Link link = measure.children.empty() ? base::Link{"*", "*"} : link_argument(measure);
  std::int64_t told = 0;
  for_each_event(focus, Kind::late, link, [&](const Event&) { ++told; });
  std::int64_t bounded = 0;
  std::int64_t seen = 0;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.exchanges(window)) {
      if (!link.covers(request->link) || request->deadline == TimePoint{}) continue;
      ++bounded;
      if (request->ended > request->deadline + deadline_slack) ++seen;
    }
  if (bounded == 0 && told == 0)
    return Outcome::none(
        State::inconclusive,
        fmt::format("no call with a deadline went over {} in this phase", base::to_text(link)));
  return deeds_of(focus, "timeout", link, std::max(told, seen));
}

}  // namespace seawall::check
