#include "reports/html/story_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "reports/charts/scale.hpp"

namespace seawall::reports {
namespace {

using record::Event;
using record::Exchange;
using record::LedgerRow;

// Bounds what one request that is repeated for ever can cost.
constexpr std::size_t most_gathered = 2'000;

bool is_told(const Event& event) {
  using enum Event::Kind;
  return event.kind == retry || event.kind == reject || event.kind == saga ||
         event.kind == degraded || event.kind == late || event.kind == hit;
}

// Services that pass no trace on make calls that nobody can tell apart: those within the time of
// the request may be its own, or others'.
void add_untold(const record::Record& record, StoryRows& rows) {
  constexpr std::size_t most = 12;
  const base::TimePoint start = rows.start();
  const base::TimePoint end = rows.end();
  for (const Exchange& call : record.exchanges) {
    const bool within = call.sent >= start && call.ended <= end && call.ended != base::TimePoint{};
    if (call.index.subject.kind != base::Subject::Kind::none || call.link.is_inner() || !within)
      continue;
    if (++rows.untold <= most) rows.calls.push_back(&call);
  }
  std::stable_sort(rows.calls.begin(), rows.calls.end(),
                   [](const Exchange* a, const Exchange* b) { return a->sent < b->sent; });
}

// What happened to everybody, where this request was under way: deaths, and breakers that turned.
bool is_common(const Event& event) {
  return event.kind == Event::Kind::node || event.kind == Event::Kind::breaker;
}

std::string spaced(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

}  // namespace

base::TimePoint StoryRows::start() const {
  base::TimePoint first = base::TimePoint::max();
  if (!calls.empty())
    first = calls.front()->sent;
  else if (client != nullptr)
    first = client->sent;
  if (!writes.empty()) first = std::min(first, writes.front()->t);
  return first == base::TimePoint::max() ? base::TimePoint{} : first;
}

base::TimePoint StoryRows::end() const {
  base::TimePoint last = start();
  if (client != nullptr) last = std::max(last, client->ended);
  for (const Exchange* call : calls) last = std::max({last, call->sent, call->ended});
  for (const LedgerRow* write : writes) last = std::max(last, write->t);
  return last;
}

StoryRows story_rows(const record::Record& record, base::Subject subject, std::string_view order) {
  StoryRows rows;
  for (const Exchange& call : record.exchanges)
    if (call.index.subject == subject && !call.link.is_inner() && rows.calls.size() < most_gathered)
      rows.calls.push_back(&call);
  std::stable_sort(rows.calls.begin(), rows.calls.end(),
                   [](const Exchange* a, const Exchange* b) { return a->sent < b->sent; });
  for (const Exchange& row : record.history)
    if (row.index.subject == subject && rows.client == nullptr) rows.client = &row;
  for (const LedgerRow& row : record.ledger) {
    const bool is_its_own = row.subject == subject || (!order.empty() && row.order == order);
    if (is_its_own && rows.writes.size() < most_gathered) rows.writes.push_back(&row);
  }
  std::stable_sort(rows.writes.begin(), rows.writes.end(),
                   [](const LedgerRow* a, const LedgerRow* b) { return a->t < b->t; });
  add_untold(record, rows);
  const base::TimePoint start = rows.start();
  const base::TimePoint end = rows.end();
  for (const Event& event : record.events) {
    const bool is_its_own = event.subject == subject && is_told(event);
    const bool is_meanwhile = is_common(event) && event.t >= start && event.t <= end;
    if ((is_its_own || is_meanwhile) && rows.events.size() < most_gathered)
      rows.events.push_back(&event);
  }
  return rows;
}

std::string words_of(const LedgerRow& row) {
  std::string text = spaced(model::name_of(row.machine)) + ": ";
  // The step of a saga is in `from` or `to` as it comes; "-" says that there was nothing before.
  text += row.to;
  if (row.amount.minor != 0) text += " " + base::to_text(row.amount);
  if (row.quantity != 0) {
    text += fmt::format("{} {}", row.amount.minor != 0 ? "," : "", row.quantity);
    if (!row.sku.empty()) text += fmt::format(" of {}", row.sku);
  }
  if (!row.cause.empty()) text += fmt::format(" ({})", row.cause);
  return text;
}

std::string words_of(const Exchange& call) {
  const std::string_view path = call.path.view();
  std::string text =
      fmt::format("{} {}", model::name_of(call.method), path.substr(0, path.find('?')));
  if (call.index.n > 1) text += fmt::format(" #{}", call.index.n);
  if (base::service_of(call.link.to) != call.link.to) text += " at " + call.link.to;
  return text;
}

std::string answer_of(const Exchange& call) {
  if (call.failure) return spaced(model::name_of(*call.failure));
  if (call.status == 0) return call.ended == base::TimePoint{} ? "still open" : "no answer";
  std::string text = std::to_string(call.status);
  if (!call.told.state.empty()) text += fmt::format(" {}", call.told.state);
  if (!call.told.reason.empty()) text += fmt::format(" ({})", call.told.reason);
  return text;
}

std::string words_of(const Event& event) {
  switch (event.kind) {
    case Event::Kind::retry:
      return event.name == "hedge" ? "hedge" : fmt::format("retry: attempt {}", event.value);
    case Event::Kind::reject:
      return fmt::format("refused by {}", spaced(event.name));
    case Event::Kind::breaker: {
      const std::size_t blank = event.what.find(' ');
      return fmt::format(
          "breaker {}: {}", event.where,
          spaced(blank == event.what.npos ? event.what : event.what.substr(blank + 1)));
    }
    case Event::Kind::saga:
      return "saga: " + spaced(event.what);
    case Event::Kind::degraded:
      return fmt::format("degraded: without {}", event.name);
    case Event::Kind::late:
      return "went on past its deadline by " + base::to_text(base::Duration(event.value));
    case Event::Kind::hit:
      return "✕ " + event.name;
    default:
      return fmt::format("{} {}", event.where, event.what);
  }
}

std::string breaker_state_at(const record::Record& record, const Event& refusal) {
  if (refusal.kind != Event::Kind::reject || refusal.name != "circuit_breaker") return {};
  const auto place = base::parse_link(refusal.where);
  const Event* turned = nullptr;
  for (const Event& event : record.events) {
    if (event.kind != Event::Kind::breaker || event.t > refusal.t) continue;
    const auto of = base::parse_link(event.where);
    const bool is_its_own =
        event.where == refusal.where || (place && of && of->covers(*place));  // "order -> *"
    if (is_its_own) turned = &event;
  }
  if (turned == nullptr) return {};
  const std::size_t blank = turned->what.find(' ');
  return fmt::format(
      "{} for {}",
      spaced(blank == turned->what.npos ? turned->what : turned->what.substr(blank + 1)),
      charts::duration_label(refusal.t - turned->t));
}

}  // namespace seawall::reports
