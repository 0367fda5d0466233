#include "reports/html/story.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "reports/charts/scale.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/story_rows.hpp"

namespace seawall::reports {
namespace {

using charts::SpaceTimeStep;
using record::Event;
using record::Exchange;
using record::Finding;
using record::LedgerRow;
using record::Record;
using Kind = SpaceTimeStep::Kind;

constexpr std::size_t most_told = 64;
constexpr std::size_t most_rows = 44;

// "lsn 281 of payment", as the judge names a row of the ledger.
bool names_row(std::string_view reason, const LedgerRow& row) {
  const std::string place = fmt::format("lsn {} of {}", row.lsn, row.node);
  const std::size_t at = reason.find(place);
  if (at == reason.npos) return false;
  const std::size_t end = at + place.size();
  return end == reason.size() ||
         std::string_view(" ,;:.)").find(reason[end]) != std::string_view::npos;
}

bool is_one_service(std::string_view a, std::string_view b) {
  return base::service_of(a) == base::service_of(b);
}

// The steps of a diagram, put together from the rows of a story.
class Telling {
 public:
  Telling(const Record& record, const StoryRows& rows, const StorySubject& subject)
      : record_(record), rows_(rows), start_(rows.start()) {
    if (subject.broken != nullptr) reason_ = reason_for(*subject.broken, subject.order);
    for (const Exchange* call : rows.calls) {
      lane_of(call->link.from);
      lane_of(call->link.to);
    }
    for (const Exchange* call : rows.calls) add_call(*call);
    if (rows.calls.empty() && rows.client != nullptr) add_client(*rows.client);
    for (const LedgerRow* write : rows.writes) add_write(*write);
    for (const Event* event : rows.events) add_event(*event);
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const SpaceTimeStep& a, const SpaceTimeStep& b) {
                       return std::pair(a.at, rank_of(a)) < std::pair(b.at, rank_of(b));
                     });
    if (subject.broken != nullptr) add_break(*subject.broken);
  }

  // What is uneventful is left out where there are more than `most`; returns how many were.
  std::size_t keep(std::size_t most) {
    const auto matters = [](const SpaceTimeStep& step) {
      return step.is_offending || step.is_lost || !step.fault.empty() || step.kind == Kind::broken;
    };
    std::size_t room = most;
    for (const SpaceTimeStep& step : steps_)
      if (matters(step) && room > 0) --room;
    std::vector<SpaceTimeStep> kept;
    for (SpaceTimeStep& step : steps_) {
      const bool fits = matters(step) ? kept.size() < most : room > 0;
      if (!fits) continue;
      if (!matters(step)) --room;
      kept.push_back(std::move(step));
    }
    const std::size_t omitted = steps_.size() - kept.size();
    steps_ = std::move(kept);
    return omitted;
  }

  charts::SpaceTime finish(std::string label) && {
    return {std::move(label), std::move(lanes_), std::move(steps_)};
  }

 private:
  // Instances share the lane of their service; which one it was stands with the message.
  std::size_t lane_of(std::string_view node) {
    const std::string_view service = base::service_of(node);
    const auto lane = std::find(lanes_.begin(), lanes_.end(), service);
    if (lane != lanes_.end()) return static_cast<std::size_t>(lane - lanes_.begin());
    lanes_.emplace_back(service);
    return lanes_.size() - 1;
  }
  // What comes first of what has the same time: an answer is why something was written, and a retry
  // why a call was made. An answer that got lost is as late as the last work that is known.
  static int rank_of(const SpaceTimeStep& step) {
    switch (step.kind) {
      case Kind::reply:
        return step.is_lost ? 4 : 0;
      case Kind::note:
        return 1;
      case Kind::write:
        return 2;
      default:
        return 3;
    }
  }
  // Of what happened outside of the request's own services nothing is told.
  std::optional<std::size_t> known_lane(std::string_view node) const {
    const auto lane = std::find(lanes_.begin(), lanes_.end(), base::service_of(node));
    if (lane == lanes_.end()) return std::nullopt;
    return static_cast<std::size_t>(lane - lanes_.begin());
  }

  SpaceTimeStep& add(Kind kind, base::TimePoint at, std::size_t from, std::size_t to,
                     std::string text) {
    SpaceTimeStep& step = steps_.emplace_back();
    step.kind = kind;
    step.at = at - start_;
    step.from = from;
    step.to = to;
    step.text = std::move(text);
    return step;
  }

  // The last that is known of the callee's work on a call: its writes, and its own calls.
  base::TimePoint last_work_in(const Exchange& call) const {
    base::TimePoint last = call.sent;
    const auto within = [&](base::TimePoint at) { return at >= call.sent && at <= call.ended; };
    for (const LedgerRow* write : rows_.writes)
      if (is_one_service(write->node, call.link.to) && within(write->t))
        last = std::max(last, write->t);
    for (const Exchange* other : rows_.calls)
      if (is_one_service(other->link.from, call.link.to) && within(other->ended))
        last = std::max(last, other->ended);
    return last;
  }

  void add_call(const Exchange& call) {
    const std::size_t from = lane_of(call.link.from);
    const std::size_t to = lane_of(call.link.to);
    std::string faults;
    for (const std::uint16_t fault : call.faults)
      faults += (faults.empty() ? "" : ", ") + record_.faults.at(fault).name;
    const bool arrived = call.copies > 0;
    const bool answered = call.status != 0;
    SpaceTimeStep& out = add(Kind::call, call.sent, from, to, words_of(call));
    if (call.copies > 1) out.text += fmt::format(", delivered {} times", call.copies);
    out.is_lost = !arrived && !answered;
    if (!arrived || call.copies > 1) out.fault = faults;
    if (call.ended == base::TimePoint{}) {
      add(Kind::note, std::max(record_.end, call.sent), from, from,
          "still waiting at the end of the run");
      return;
    }
    if (answered) {
      SpaceTimeStep& back = add(Kind::reply, call.ended, to, from, answer_of(call));
      if (arrived && call.copies == 1) back.fault = faults;
      return;
    }
    if (arrived && !faults.empty()) {
      SpaceTimeStep& back = add(Kind::reply, last_work_in(call), to, from, "answer");
      back.is_lost = true;
      back.fault = faults;
    }
    add(Kind::note, call.ended, from, from,
        fmt::format("{} after {}", answer_of(call),
                    charts::duration_label(call.ended - call.sent)));
  }

  // Where no link saw it: what its client saw.
  void add_client(const Exchange& call) {
    const std::size_t from =
        lane_of(call.link.from.empty() ? std::string_view("client") : call.link.from);
    const std::size_t to =
        lane_of(call.link.to.empty() ? std::string_view("target") : call.link.to);
    add(Kind::call, call.sent, from, to, words_of(call));
    if (call.ended != base::TimePoint{})
      add(Kind::reply, call.ended, to, from, answer_of(call)).is_lost = call.status == 0;
  }

  void add_write(const LedgerRow& row) {
    const std::size_t lane = lane_of(row.node);
    SpaceTimeStep& step = add(Kind::write, row.t, lane, lane, words_of(row));
    step.is_offending = !reason_.empty() && names_row(reason_, row);
    if (step.is_offending) step.text += fmt::format("  (lsn {})", row.lsn);
  }

  void add_event(const Event& event) {
    const auto link = base::parse_link(event.where);
    const auto lane = known_lane(link ? link->from : event.where);
    if (!lane) return;
    // A hit on a message is drawn there.
    if (event.kind == Event::Kind::hit && link) return;
    SpaceTimeStep& step = add(Kind::note, event.t, *lane, *lane, words_of(event));
    step.is_lost =
        event.kind == Event::Kind::hit || (event.kind == Event::Kind::node && event.what == "down");
  }

  // Behind the last row that proves it; at the end, where it is about what never came.
  void add_break(const Finding& broken) {
    SpaceTimeStep step;
    step.kind = Kind::broken;
    step.is_offending = true;
    step.text = title_of(broken) + " is broken";
    if (!reason_.empty()) step.text += ": " + reason_;
    const bool is_about_the_end =
        reason_.find("still ") != reason_.npos || reason_.find("never ") != reason_.npos;
    auto place = steps_.end();
    for (auto at = steps_.begin(); at != steps_.end() && !is_about_the_end; ++at)
      if (at->is_offending) place = at + 1;
    if (!steps_.empty()) step.at = (place == steps_.end() ? steps_.back() : *(place - 1)).at;
    steps_.insert(place, std::move(step));
  }

  const Record& record_;
  const StoryRows& rows_;
  base::TimePoint start_;
  std::string reason_;  // what the judge says of this order
  std::vector<std::string> lanes_;
  std::vector<SpaceTimeStep> steps_;
};

// How many calls a call stands within.
int depth_of(const Exchange& call, const std::vector<const Exchange*>& calls) {
  const Exchange* inner = &call;
  int depth = 0;
  for (; depth < 6; ++depth) {
    const Exchange* outer = nullptr;
    for (const Exchange* other : calls) {
      const bool holds = is_one_service(other->link.to, inner->link.from) &&
                         other->sent <= inner->sent &&
                         (other->ended >= inner->sent || other->ended == base::TimePoint{});
      if (holds && other != inner) outer = other;
    }
    if (outer == nullptr) break;
    inner = outer;
  }
  return depth;
}

std::string_view style_of(const Exchange& call) {
  if (call.status == 0) return "bad";
  return call.status >= 500 || call.status == 429 ? "warn" : "plain";
}

charts::Waterfall waterfall_of(const StoryRows& rows, base::TimePoint end, std::size_t& omitted) {
  charts::Waterfall chart;
  const base::TimePoint start = rows.start();
  std::vector<std::pair<charts::WaterfallRow, bool>> all;  // and whether it is a durable write
  for (const Exchange* call : rows.calls) {
    const int depth = depth_of(*call, rows.calls);
    const std::string name =
        fmt::format("{} -> {}  {}", call->link.from, call->link.to, words_of(*call));
    const Exchange* before = nullptr;
    for (const Exchange* other : rows.calls)
      if (is_one_service(other->link.to, call->link.to) && other->link.from == call->link.from &&
          other->index.operation == call->index.operation &&
          other->index.label == call->index.label && other->index.n + 1 == call->index.n)
        before = other;
    if (before != nullptr && before->ended != base::TimePoint{} && before->ended < call->sent)
      all.push_back(
          {{fmt::format("wait before #{}", call->index.n), depth, before->ended - start,
            call->sent - start, "warn", charts::duration_label(call->sent - before->ended)},
           false});
    const bool open = call->ended == base::TimePoint{};
    all.push_back({{name, depth, call->sent - start, (open ? end : call->ended) - start,
                    style_of(*call), answer_of(*call)},
                   false});
  }
  for (const LedgerRow* write : rows.writes)
    all.push_back({{fmt::format("{}  {}", write->node, words_of(*write)), 0, write->t - start,
                    write->t - start, "wr", ""},
                   true});
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first.from < b.first.from; });
  const auto writes = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& row) { return row.second; }));
  const std::size_t calls = all.size() - writes;
  std::size_t room = most_rows > calls ? most_rows - calls : 0;  // for writes
  for (auto& [row, is_write] : all) {
    if (chart.rows.size() == most_rows || (is_write && room == 0)) continue;
    if (is_write) --room;
    chart.rows.push_back(std::move(row));
  }
  omitted = all.size() - chart.rows.size();
  return chart;
}

std::string name_of(const StorySubject& subject) {
  return subject.order.empty() ? base::to_text(subject.subject) : "order " + subject.order;
}

// Of the requests that `is_meant` picks, the one whose client waited longest; an open one longest.
template <class IsMeant>
std::optional<base::Subject> slowest(const Record& record, IsMeant is_meant) {
  const Exchange* worst = nullptr;
  const auto waited = [&](const Exchange& row) {
    return (row.ended == base::TimePoint{} ? record.end : row.ended) - row.intended;
  };
  for (const Exchange& row : record.history) {
    if (row.intended < record.time_zero || row.intended >= record.load_end) continue;
    if (row.index.subject.kind == base::Subject::Kind::none) continue;
    // What is asked of few comes last: there may be millions.
    if (worst != nullptr && waited(row) <= waited(*worst)) continue;
    if (is_meant(row.index.subject)) worst = &row;
  }
  if (worst == nullptr) return std::nullopt;
  return worst->index.subject;
}

}  // namespace

std::optional<base::Subject> subject_of(const Record& record, std::string_view order) {
  for (const LedgerRow& row : record.ledger)
    if (row.order == order && row.subject.kind != base::Subject::Kind::none) return row.subject;
  const base::Subject parsed = base::parse_subject(order);
  if (parsed.kind != base::Subject::Kind::none) return parsed;
  base::Subject numbered{base::Subject::Kind::order, 0};
  const char* end = order.data() + order.size();
  const auto [rest, error] = std::from_chars(order.data(), end, numbered.number);
  if (error == std::errc() && rest == end) return numbered;
  return std::nullopt;
}

std::vector<std::string> faults_on(const Record& record, base::Subject subject) {
  std::set<std::uint16_t> positions;
  for (const Exchange& call : record.exchanges)
    if (call.index.subject == subject) positions.insert(call.faults.begin(), call.faults.end());
  std::vector<std::string> names;
  for (const std::uint16_t position : positions) names.push_back(record.faults.at(position).name);
  for (const Event& event : record.events)
    if (event.kind == Event::Kind::hit && event.subject == subject &&
        std::find(names.begin(), names.end(), event.name) == names.end())
      names.push_back(event.name);
  return names;
}

std::string reason_for(const Finding& finding, std::string_view order) {
  const std::string_view why = finding.why;
  const std::string head = fmt::format("order {}: ", order);
  const std::size_t at = why.find(head);
  if (at == why.npos) return {};
  const std::size_t from = at + head.size();
  // Up to the next order, or to the sentence about all of them.
  std::size_t end = std::min(why.find("; order ", from), why.find("; and ", from));
  if (end == why.npos) end = why.find(". ", from);
  return std::string(why.substr(from, end == why.npos ? why.npos : end - from));
}

std::optional<StorySubject> story_subject(const RunReport& report) {
  const Record& record = *report.record;
  for (const Finding* finding : by_urgency(report.verdict)) {
    if (finding->status != Finding::Status::broken || finding->orders.empty()) continue;
    const std::string& order = finding->orders.front();
    if (const auto subject = subject_of(record, order))
      return StorySubject{*subject, order, finding, "the first that broke " + title_of(*finding)};
  }
  std::set<base::Subject> hit;
  for (const Exchange& call : record.exchanges)
    if (!call.faults.empty()) hit.insert(call.index.subject);
  if (const auto subject = slowest(record, [&](base::Subject one) { return hit.contains(one); }))
    return StorySubject{*subject, "", nullptr,
                        "nothing was broken: the slowest of those that a fault acted on"};
  if (const auto subject = slowest(record, [](base::Subject) { return true; }))
    return StorySubject{
        *subject, "", nullptr,
        "nothing was broken, and no fault is known to have acted on one request: the slowest"};
  return std::nullopt;
}

std::optional<Story> story_of(const RunReport& report, const StorySubject& subject) {
  const Record& record = *report.record;
  const StoryRows rows = story_rows(record, subject.subject, subject.order);
  if (rows.calls.empty() && rows.client == nullptr) return std::nullopt;
  Story story;
  story.subject = subject;
  story.untold_calls = rows.untold;
  Telling telling(record, rows, subject);
  story.steps_omitted = telling.keep(most_told);
  story.messages = std::move(telling).finish("Messages and durable writes of " + name_of(subject));
  story.time = waterfall_of(rows, record.end, story.rows_omitted);
  story.time.label = "Calls of " + name_of(subject) + " over time";
  return story;
}

}  // namespace seawall::reports
