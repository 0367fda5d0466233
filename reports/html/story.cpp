#include "reports/html/story.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "reports/call_facts.hpp"
#include "reports/causes.hpp"
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

// "write 281 of payment", as the judge names a row of the ledger.
bool names_row(std::string_view reason, const LedgerRow& row) {
  const std::string place = fmt::format("write {} of {}", row.lsn, row.node);
  const std::size_t at = reason.find(place);
  if (at == reason.npos) return false;
  const std::size_t end = at + place.size();
  return end == reason.size() ||
         std::string_view(" ,;:.)").find(reason[end]) != std::string_view::npos;
}

bool is_one_service(std::string_view a, std::string_view b) {
  return base::service_of(a) == base::service_of(b);
}

// The last row of each thing that an order holds: a reservation of a SKU, a charge by its key.
std::vector<const LedgerRow*> last_rows(const std::vector<const LedgerRow*>& writes) {
  std::vector<const LedgerRow*> last;
  const auto is_same = [](const LedgerRow& a, const LedgerRow& b) {
    return a.machine == b.machine && a.node == b.node && a.sku == b.sku;
  };
  for (const LedgerRow* row : writes) {
    const auto known = std::find_if(last.begin(), last.end(),
                                    [&](const LedgerRow* other) { return is_same(*other, *row); });
    if (known == last.end())
      last.push_back(row);
    else
      *known = row;
  }
  return last;
}

// Of those, what no order may leave behind: stock that is held, and money of an order that failed.
std::vector<const LedgerRow*> states_left(const std::vector<const LedgerRow*>& writes) {
  using Machine = LedgerRow::Machine;
  std::vector<const LedgerRow*> last = last_rows(writes);
  const bool has_failed = std::any_of(last.begin(), last.end(), [](const LedgerRow* row) {
    return row->machine == Machine::order && (row->to == "failed" || row->to == "compensating");
  });
  std::erase_if(last, [&](const LedgerRow* row) {
    const bool is_held = row->machine == Machine::reservation && row->to == "held";
    const bool is_kept = row->machine == Machine::charge && row->to == "captured" && has_failed;
    return !is_held && !is_kept;
  });
  return last;
}

// The requests that take something out of such a state.
std::vector<std::string_view> paths_out_of(const LedgerRow& row) {
  if (row.machine == LedgerRow::Machine::charge) return {"/refund"};
  return {"/confirm", "/release"};
}

// The steps of a diagram, put together from the rows of a story.
class Telling {
 public:
  Telling(const RunReport& report, const StoryRows& rows, const StorySubject& subject)
      : scenario_(*report.scenario), record_(*report.record), rows_(rows), start_(rows.start()) {
    if (subject.broken != nullptr) reason_ = reason_for(*subject.broken, subject.order);
    for (const record::FaultUse& use : record_.faults)
      faults_.push_back(fault_named(scenario_, use.name));
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
    if (subject.broken != nullptr) {
      add_absences();
      add_break(*subject.broken);
    }
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
    // A reset comes when it comes, and ends the wait for the answer: it is drawn there.
    const bool was_reset = call.failure == model::Failure::reset && !faults.empty();
    SpaceTimeStep& out = add(Kind::call, call.sent, from, to, words_of(call));
    if (call.copies > 1) out.text += fmt::format(", delivered {} times", call.copies);
    const Deliveries deliveries = deliveries_of(call, faults_, record_);
    const bool held = deliveries.held_by != nullptr;
    if (held) {
      out.text += ", held for " + charts::duration_label(deliveries.held_for);
      if (!deliveries.late) out.text += ", and never arrived";
    }
    out.is_lost = (!arrived && !answered) || held;
    out.is_held = held;
    if ((!arrived && !was_reset) || call.copies > 1 || held) out.fault = faults;
    add_deliveries(call, deliveries);
    if (call.ended == base::TimePoint{}) {
      add(Kind::note, std::max(record_.end, call.sent), from, from,
          "still waiting at the end of the run");
      return;
    }
    if (answered) {
      SpaceTimeStep& back = add(Kind::reply, call.ended, to, from, answer_of(call));
      if (arrived && call.copies == 1) back.fault = faults;
      if (wrote_nothing(call, rows_.writes))
        add(Kind::note, call.ended, to, to, wrote_nothing_words(call));
      return;
    }
    if (was_reset) {
      SpaceTimeStep& end = add(Kind::note, call.ended, from, from,
                               fmt::format("{} after {}  ✕ {}", answer_of(call),
                                           charts::duration_label(call.ended - call.sent), faults));
      end.is_lost = true;
      return;
    }
    if (arrived && !faults.empty() && !held) {
      SpaceTimeStep& back = add(Kind::reply, last_work_in(call), to, from, "answer");
      back.is_lost = true;
      back.fault = faults;
    }
    add(Kind::note, call.ended, from, from,
        fmt::format("{} after {}", answer_of(call),
                    charts::duration_label(call.ended - call.sent)));
  }

  // What its callee got when a fault had let it go.
  void add_deliveries(const Exchange& call, const Deliveries& deliveries) {
    const std::size_t from = lane_of(call.link.from);
    const std::size_t to = lane_of(call.link.to);
    if (deliveries.late) {
      std::string text = words_of(call) + " arrives late";
      if (call.ended != base::TimePoint{} && call.ended < *deliveries.late)
        text += ", its caller had left after " + charts::duration_label(call.ended - call.sent);
      add(Kind::call, *deliveries.late, from, to, std::move(text));
    }
    if (deliveries.again)
      add(Kind::call, *deliveries.again, from, to, words_of(call) + " arrives once more");
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
    if (step.is_offending) step.text += fmt::format("  (write {})", row.lsn);
  }

  void add_event(const Event& event) {
    const auto link = base::parse_link(event.where);
    const auto lane = known_lane(link ? link->from : event.where);
    if (!lane) return;
    // A hit on a message is drawn there.
    if (event.kind == Event::Kind::hit && link) return;
    std::string text = words_of(event);
    if (const std::string state = breaker_state_at(record_, event); !state.empty())
      text += ", " + state;
    if (const std::string fault = fault_behind(event); !fault.empty()) text += "  ✕ " + fault;
    SpaceTimeStep& step = add(Kind::note, event.t, *lane, *lane, std::move(text));
    step.is_lost =
        event.kind == Event::Kind::hit || (event.kind == Event::Kind::node && event.what == "down");
  }

  // What would have ended a state in which something was left, and was never sent: a reader looks
  // for it in vain.
  void add_absences() {
    std::set<std::string> told;
    for (const LedgerRow* row : states_left(rows_.writes)) {
      const std::vector<std::string_view> paths = paths_out_of(*row);
      const auto ends_it = [&](const Exchange* call) {
        return std::find(paths.begin(), paths.end(), call->path.view()) != paths.end();
      };
      if (paths.empty() || std::any_of(rows_.calls.begin(), rows_.calls.end(), ends_it)) continue;
      std::string text;
      for (const std::string_view path : paths)
        text += fmt::format("{}no POST {}", text.empty() ? "" : " and ", path);
      text += " was ever sent";
      if (!told.insert(text).second) continue;
      const std::size_t lane = caller_of(row->node);
      const base::TimePoint at =
          steps_.empty() ? start_ : start_ + steps_.back().at;  // behind all that did happen
      add(Kind::note, at, lane, lane, std::move(text)).is_offending = true;
    }
  }

  // Who calls this node, and so would have been the one to send it.
  std::size_t caller_of(std::string_view node) {
    for (const Exchange* call : rows_.calls)
      if (is_one_service(call->link.to, node)) return lane_of(call->link.from);
    return lane_of(node);
  }

  // The fault that took a node down or paused it: the one on this node that acted at that moment.
  std::string fault_behind(const Event& event) const {
    constexpr base::Duration at_once = std::chrono::milliseconds(10);
    if (event.kind != Event::Kind::node || (event.what != "down" && event.what != "paused"))
      return {};
    for (const Event& hit : record_.events) {
      const base::Duration apart = hit.t > event.t ? hit.t - event.t : event.t - hit.t;
      if (hit.kind != Event::Kind::hit || apart > at_once) continue;
      const model::Fault* fault = fault_named(scenario_, hit.name);
      if (fault != nullptr && is_one_service(fault->node, event.where)) return hit.name;
    }
    return {};
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

  const model::Scenario& scenario_;
  const Record& record_;
  const StoryRows& rows_;
  base::TimePoint start_;
  std::string reason_;                       // what the judge says of this order
  std::vector<const model::Fault*> faults_;  // by position; null: unknown
  std::vector<std::string> lanes_;
  std::vector<SpaceTimeStep> steps_;
};

std::string_view style_of(const Exchange& call) {
  if (call.status == 0) return "bad";
  return call.status >= 500 || call.status == 429 ? "warn" : "plain";
}

charts::Waterfall waterfall_of(const StoryRows& rows, base::TimePoint end, std::size_t& omitted) {
  charts::Waterfall chart;
  const base::TimePoint start = rows.start();
  std::vector<std::pair<charts::WaterfallRow, bool>> all;  // and whether it is a durable write
  for (const Exchange* call : rows.calls) {
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
          {{fmt::format("wait before #{}", call->index.n), before->ended - start,
            call->sent - start, "warn", charts::duration_label(call->sent - before->ended)},
           false});
    const bool open = call->ended == base::TimePoint{};
    all.push_back({{name, call->sent - start, (open ? end : call->ended) - start, style_of(*call),
                    answer_of(*call)},
                   false});
  }
  for (const LedgerRow* write : rows.writes)
    all.push_back({{fmt::format("{}  {}", write->node, words_of(*write)), write->t - start,
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

// What became of a request, in a word for each of its calls: requests that went alike have the
// same.
std::map<base::Subject, std::string> courses_of(const Record& record,
                                                const std::set<base::Subject>& subjects) {
  constexpr std::size_t longest = 4'000;
  std::map<base::Subject, std::string> courses;
  for (const Exchange& call : record.exchanges) {
    if (!subjects.contains(call.index.subject)) continue;
    std::string& course = courses[call.index.subject];
    if (course.size() < longest)
      course += fmt::format("{} {} {};", call.path.view(), answer_of(call), call.faults.size());
  }
  return courses;
}

// The order of a finding that went as most of them did: the first one may be a special case. The
// judge tells a few in full, and their rows can be shown; others only where it tells none.
std::optional<StorySubject> typical_of(const Record& record, const Finding& finding) {
  std::vector<StorySubject> all;
  std::set<base::Subject> subjects;
  for (const std::string& order : finding.orders)
    if (const auto subject = subject_of(record, order)) {
      all.push_back({*subject, order, &finding, ""});
      subjects.insert(*subject);
    }
  if (all.empty()) return std::nullopt;
  const auto courses = courses_of(record, subjects);
  std::map<std::string, std::size_t> counts;
  for (const auto& [subject, course] : courses) ++counts[course];
  const auto alike = [&](const StorySubject& one) {
    const auto course = courses.find(one.subject);
    return course == courses.end() ? 0 : counts[course->second];
  };
  const auto is_told = [&](const StorySubject& one) {
    return !reason_for(finding, one.order).empty();
  };
  if (std::any_of(all.begin(), all.end(), is_told))
    std::erase_if(all, [&](const StorySubject& one) { return !is_told(one); });
  const auto chosen = std::max_element(
      all.begin(), all.end(),
      [&](const StorySubject& a, const StorySubject& b) { return alike(a) < alike(b); });
  if (finding.orders.size() == 1)
    chosen->reason = "the one that broke " + title_of(finding);
  else if (alike(*chosen) > 1)
    chosen->reason = fmt::format("{} of the {} named orders that broke {} went like this one",
                                 alike(*chosen), finding.orders.size(), title_of(finding));
  else
    chosen->reason = "the first that broke " + title_of(finding);
  return *chosen;
}

}  // namespace

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
    if (const auto subject = typical_of(record, *finding)) return subject;
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
  story.begins = rows.start() - record.time_zero;
  story.untold_calls = rows.untold;
  Telling telling(report, rows, subject);
  story.steps_omitted = telling.keep(most_told);
  story.messages = std::move(telling).finish("Messages and durable writes of " + name_of(subject));
  story.time = waterfall_of(rows, record.end, story.rows_omitted);
  story.time.label = "Calls of " + name_of(subject) + " over time";
  return story;
}

}  // namespace seawall::reports
