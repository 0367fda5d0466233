// Measures of links and of the patterns on them, from the wire journal and the events.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"
#include "harness/check/links.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;
using Kind = Event::Kind;

base::Link link_argument(const model::Expression& measure) {
  const std::optional<base::Link> link = base::parse_link(measure.children.at(0).name);
  base::require(link.has_value(), "the scenario's reader has checked the names of links");
  return *link;
}

// Whether `where` of an event is a link that is meant.
bool is_at(const Event& event, const base::Link& link) {
  const std::optional<base::Link> where = base::parse_link(event.where);
  return where && link.covers(*where);
}

Outcome count_of(std::int64_t count) {
  return Outcome::of(model::Unit::count, static_cast<double>(count));
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

template <class Each>
void for_each_event(const Focus& focus, Kind kind, const base::Link& link, Each each) {
  for (const Window& window : focus.windows)
    for (const Event* event : focus.observations.events(window))
      if (event->kind == kind && is_at(*event, link)) each(*event);
}

bool is_opening(const Event& event) { return event.what.ends_with(" open"); }

// When the breaker of each covered link was open: not half-open.
std::map<std::string_view, Windows> open_times(const Focus& focus, const base::Link& link) {
  std::map<std::string_view, Windows> times;
  for (const Event* event : focus.observations.events()) {
    if (event->kind != Kind::breaker || !is_at(*event, link)) continue;
    Windows& open = times[event->where];
    const bool is_open = !open.empty() && open.back().to == TimePoint::max();
    if (is_opening(*event) && !is_open) open.push_back({event->t, TimePoint::max()});
    if (!is_opening(*event) && is_open) open.back().to = event->t;
  }
  return times;
}

}  // namespace

Outcome attempts(const Focus& focus, const model::Expression& measure) {
  return count_of(attempts_on(focus, link_argument(measure)).all);
}

Outcome retries(const Focus& focus, const model::Expression& measure) {
  const Attempts attempts = attempts_on(focus, link_argument(measure));
  return count_of(attempts.all - attempts.first);
}

Outcome amplification(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const Attempts attempts = attempts_on(focus, link);
  if (attempts.first == 0)
    return Outcome::none(State::inconclusive,
                         fmt::format("no call went over {} in this phase", base::to_text(link)));
  return Outcome::of(model::Unit::count, attempts.per_call());
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
  return count_of(count);
}

Outcome opens(const Focus& focus, const model::Expression& measure) {
  std::int64_t count = 0;
  for_each_event(focus, Kind::breaker, link_argument(measure),
                 [&](const Event& event) { count += is_opening(event) ? 1 : 0; });
  return count_of(count);
}

Outcome time_to_open(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const std::string& fault = measure.children.at(1).name;
  const auto active = active_window(fault, focus.scenario, focus.record);
  if (!active) return active.error();
  for (const Event* event : focus.observations.events({active->from, TimePoint::max()}))
    if (event->kind == Kind::breaker && is_at(*event, link) && is_opening(*event))
      return Outcome::of(model::Unit::time, seconds(event->t - active->from));
  return Outcome::none(State::failed,
                       fmt::format("the breaker of {} never opened", base::to_text(link)));
}

Outcome calls_while_open(const Focus& focus, const model::Expression& measure) {
  const auto open = open_times(focus, link_argument(measure));
  std::int64_t count = 0;
  for (const auto& [where, times] : open) {
    const std::optional<base::Link> link = base::parse_link(where);
    for (const Window& window : focus.windows)
      for (const Exchange* request : focus.observations.exchanges(window))
        if (request->link == *link && contains(times, request->sent)) ++count;
  }
  return count_of(count);
}

Outcome probes(const Focus& focus, const model::Expression& measure) {
  std::int64_t count = 0;
  for_each_event(focus, Kind::probe, link_argument(measure), [&](const Event&) { ++count; });
  return count_of(count);
}

Outcome half_open_in_flight(const Focus& focus, const model::Expression& measure) {
  std::int64_t most = 0;
  for_each_event(focus, Kind::probe, link_argument(measure),
                 [&](const Event& event) { most = std::max(most, event.value); });
  return count_of(most);
}

Outcome rejected(const Focus& focus, const model::Expression& measure) {
  const base::Link link = link_argument(measure);
  const std::string& pattern = measure.children.at(1).name;
  std::int64_t count = 0;
  for (const Window& window : focus.windows)
    for (const Event* event : focus.observations.events(window)) {
      // A callee's own queue refuses at the node, whichever link the request came by.
      const bool here = is_at(*event, link) || event->where == link.to;
      if (event->kind == Kind::reject && event->name == pattern && here) ++count;
    }
  return count_of(count);
}

Outcome permits_leaked(const Focus& focus, const model::Expression&) {
  std::int64_t leaked = 0;
  for (const record::PatternUse& use : focus.record.patterns)
    leaked += use.permits_taken - use.permits_returned;
  return count_of(leaked);
}

// Told by the callers' patterns and seen by the journal: whichever saw more.
Outcome calls_past_deadline(const Focus& focus, const model::Expression& measure) {
  const base::Link link = measure.children.empty() ? base::Link{"*", "*"} : link_argument(measure);
  std::int64_t told = 0;
  for_each_event(focus, Kind::late, link, [&](const Event&) { ++told; });
  std::int64_t seen = 0;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.exchanges(window))
      if (link.covers(request->link) && request->deadline != TimePoint{} &&
          request->ended > request->deadline + deadline_slack)
        ++seen;
  return count_of(std::max(told, seen));
}

}  // namespace seawall::check
