#include "harness/check/observations.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace seawall::check {
namespace {

template <class Row, class Less>
std::vector<const Row*> sorted(const std::vector<Row>& rows, Less less) {
  std::vector<const Row*> pointers;
  pointers.reserve(rows.size());
  for (const Row& row : rows) pointers.push_back(&row);
  auto by_row = [&](const Row* a, const Row* b) { return less(*a, *b); };
  if (!std::is_sorted(pointers.begin(), pointers.end(), by_row))
    std::stable_sort(pointers.begin(), pointers.end(), by_row);
  return pointers;
}

template <TimePoint Exchange::* time>
bool exchange_less(const Exchange& a, const Exchange& b) {
  if (a.*time != b.*time) return a.*time < b.*time;
  return std::tie(a.link, a.index, a.path, a.sent, a.ended) <
         std::tie(b.link, b.index, b.path, b.sent, b.ended);
}

bool event_less(const Event& a, const Event& b) {
  if (a.t != b.t) return a.t < b.t;
  return std::tie(a.n, a.kind, a.where, a.name, a.what, a.subject, a.value) <
         std::tie(b.n, b.kind, b.where, b.name, b.what, b.subject, b.value);
}

template <class Row, class Time>
std::span<const Row* const> within(const std::vector<const Row*>& rows, const Window& window,
                                   Time time) {
  auto before = [&](const Row* row, TimePoint t) { return time(*row) < t; };
  const auto first = std::lower_bound(rows.begin(), rows.end(), window.from, before);
  const auto last = std::lower_bound(first, rows.end(), std::max(window.from, window.to), before);
  return {first, last};
}

bool goes_down(const Event& event) { return event.what == "down" || event.what == "paused"; }

}  // namespace

Duration length(const Windows& windows) {
  Duration sum{};
  for (const Window& window : windows) sum += window.length();
  return sum;
}

bool contains(const Windows& windows, TimePoint t) {
  return std::any_of(windows.begin(), windows.end(),
                     [&](const Window& window) { return window.contains(t); });
}

Observations::Observations(const Record& record)
    : history_(sorted(record.history, exchange_less<&Exchange::intended>)),
      exchanges_(sorted(record.exchanges, exchange_less<&Exchange::sent>)),
      events_(sorted(record.events, event_less)) {}

std::span<const Exchange* const> Observations::history(const Window& window) const {
  return within(history_, window, [](const Exchange& row) { return row.intended; });
}

std::span<const Exchange* const> Observations::exchanges(const Window& window) const {
  return within(exchanges_, window, [](const Exchange& row) { return row.sent; });
}

std::span<const Event* const> Observations::events(const Window& window) const {
  return within(events_, window, [](const Event& event) { return event.t; });
}

Windows Observations::down_times(std::string_view node, TimePoint end) const {
  Windows windows;
  bool dead = false;
  bool paused = false;  // also while it starts; a crash ends its pauses
  for (const Event* event : events_) {
    if (event->kind != Event::Kind::node || event->where != node) continue;
    const bool was_away = dead || paused;
    if (event->what == "down" || event->what == "up") dead = event->what == "down";
    paused = event->what == "paused" || (paused && event->what == "up");
    const bool is_away = dead || paused;
    if (is_away && !was_away) windows.push_back({event->t, end});
    if (!is_away && was_away) windows.back().to = event->t;
  }
  return windows;
}

std::string_view Observations::node_down(const Window& window) const {
  std::set<std::string_view> nodes;
  for (const Event* event : events_)
    if (event->kind == Event::Kind::node && goes_down(*event)) nodes.insert(event->where);
  for (const std::string_view node : nodes)
    for (const Window& down : down_times(node, TimePoint::max()))
      if (down.overlaps(window)) return node;
  return {};
}

}  // namespace seawall::check
