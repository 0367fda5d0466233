#include "harness/xray/measure.hpp"

#include <algorithm>
#include <map>

namespace seawall::xray {
namespace {

using record::Exchange;
using namespace std::chrono_literals;

template <class Value>
std::optional<Value> middle(std::vector<Value> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool is_over(const Exchange& row) { return row.ended != TimePoint{}; }

// Its caller did not wait any longer. A caller that told nobody of its deadline is seen to close
// the connection, which only tells where nobody else can have done it.
bool was_left(const Exchange& row, bool mute) {
  const bool closed = row.failure == model::Failure::reset && mute;
  return is_over(row) && (row.failure == model::Failure::timed_out || closed);
}

std::string told(const Exchange& request) {
  if (request.status != 0) return std::to_string(request.status);
  return request.failure ? std::string(model::name_of(*request.failure)) : "nothing";
}

// Gathers what the calls of several records have in common.
class Gathering {
 public:
  Gathering(Reaction& reaction, bool mute) : reaction_(reaction), mute_(mute) {}

  void add(const Call& call) {
    const auto& attempts = call.attempts;
    ++reaction_.calls;
    reaction_.attempts = std::max(reaction_.attempts, std::ssize(attempts));
    reaction_.afterwards = std::max(reaction_.afterwards, std::ssize(call.afterwards));
    add_times(attempts);
    add_identity(attempts);
    add_answer(*call.cause);
  }

  // What the caller answered, whether a call of it was seen or not.
  void add_answer(const Exchange& request) {
    ++tellings_[told(request)];
    if (is_over(request)) told_after_.push_back(request.ended - request.sent);
  }

  void finish() {
    for (auto& gaps : reaction_.gaps) std::sort(gaps.begin(), gaps.end());
    reaction_.gave_up_after = middle(first_);
    if (!cut_.empty()) reaction_.cut_after = *std::max_element(cut_.begin(), cut_.end());
    reaction_.keyed = reaction_.calls > 0 && keyed_;
    const auto most =
        std::max_element(tellings_.begin(), tellings_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != tellings_.end()) reaction_.told = most->first;
    reaction_.told_after = middle(told_after_).value_or(Duration{});
  }

 private:
  void add_times(const std::vector<const Exchange*>& attempts) {
    const Exchange& first = *attempts.front();
    const Exchange& last = *attempts.back();
    if (was_left(first, mute_)) first_.push_back(first.ended - first.sent);
    for (const Exchange* one : attempts) reaction_.still_waiting |= !is_over(*one);
    for (std::size_t i = 1; i < attempts.size(); ++i) {
      // Over sockets a repeat may overtake the end of what it repeats, by a little.
      const bool copy =
          !is_over(*attempts[i - 1]) || attempts[i]->sent + 20ms < attempts[i - 1]->ended;
      const Duration after = attempts[i]->sent - attempts[i - 1]->sent;
      if (copy) reaction_.hedged_after = std::min(reaction_.hedged_after.value_or(after), after);
      if (copy) break;
      if (reaction_.gaps.size() < i) reaction_.gaps.emplace_back();
      reaction_.gaps[i - 1].push_back(
          std::max(attempts[i]->sent - attempts[i - 1]->ended, Duration{}));
    }
    const bool cut = attempts.size() > 1 && was_left(first, mute_) && was_left(last, mute_) &&
                     (last.ended - last.sent) * 20 < (first.ended - first.sent) * 19;
    if (cut) cut_.push_back(last.ended - first.sent);
  }

  void add_identity(const std::vector<const Exchange*>& attempts) {
    for (const Exchange* one : attempts) {
      keyed_ = keyed_ && !one->key.view().empty();
      reaction_.same_key &= one->key == attempts.front()->key;
      reaction_.same_body &= one->payload_hash == attempts.front()->payload_hash;
    }
  }

  Reaction& reaction_;
  const bool mute_;
  std::vector<Duration> first_;
  std::vector<Duration> cut_;
  std::vector<Duration> told_after_;
  std::map<std::string, int> tellings_;
  bool keyed_ = true;
};

// On this link, whatever it asks for, by time; those of the warm-up too.
std::vector<const Exchange*> all_on(const record::Record& record, const base::Link& link) {
  std::vector<const Exchange*> rows;
  for (const Exchange& row : record.exchanges)
    if (link.covers(row.link)) rows.push_back(&row);
  std::sort(rows.begin(), rows.end(),
            [](const Exchange* a, const Exchange* b) { return a->sent < b->sent; });
  return rows;
}

// From the end of all that was on the link until the next came.
struct Pause {
  TimePoint last;  // that came before
  TimePoint from;
  TimePoint until;
};

// Times in the load in which nothing was on the link, though its caller was asked. Who only waits
// for a free place calls again as soon as something ends, and pauses never.
std::vector<Pause> pauses_in(const record::Record& record, const base::Link& link,
                             Duration interval) {
  const auto asked = [&](const Pause& pause) {
    return std::any_of(record.exchanges.begin(), record.exchanges.end(), [&](const Exchange& row) {
      return base::means(link.from, row.link.to) && row.sent > pause.from + 2 * interval &&
             row.sent < pause.until - 2 * interval;
    });
  };
  std::vector<Pause> pauses;
  TimePoint last{};
  TimePoint busy{};  // until then something is on the link
  for (const Exchange* row : all_on(record, link)) {
    const Pause pause{last, std::max(last, busy), row->sent};
    if (last >= record.time_zero && row->sent < record.load_end &&
        pause.until - pause.from > 10 * interval && asked(pause))
      pauses.push_back(pause);
    last = row->sent;
    busy = std::max(busy, is_over(*row) ? row->ended : record.end);
  }
  return pauses;
}

std::int64_t peak_of(const std::vector<const Exchange*>& rows, TimePoint end) {
  std::map<TimePoint, std::int64_t> changes;
  for (const Exchange* row : rows) {
    ++changes[row->sent];
    --changes[is_over(*row) ? row->ended : end];
  }
  std::int64_t now = 0;
  std::int64_t peak = 0;
  for (const auto& [t, change] : changes) peak = std::max(peak, now += change);
  return peak;
}

}  // namespace

Reaction reaction_in(const std::vector<record::Record>& records, const Subject& subject,
                     bool mute) {
  Reaction reaction;
  Gathering gathering(reaction, mute);
  for (const record::Record& record : records) {
    const auto calls = calls_on(record, subject);
    for (const Call& call : calls) gathering.add(call);
    // Connections that are refused are seen by nobody, but their caller answers.
    if (!calls.empty()) continue;
    for (const Exchange* request : requests_to_caller(record, subject.link))
      gathering.add_answer(*request);
  }
  gathering.finish();
  return reaction;
}

std::optional<Opening> opening_in(const record::Record& record, const base::Link& link,
                                  Duration interval) {
  const auto pauses = pauses_in(record, link, interval);
  if (pauses.empty()) return std::nullopt;
  Opening opening;
  const TimePoint last = pauses.front().last;
  opening.from = pauses.front().from - record.time_zero;
  for (const Exchange* row : all_on(record, link)) {
    if (row->sent > last) break;
    if (!row->faults.empty()) {
      ++opening.failures;
      opening.too_few += is_over(*row) && row->ended < last ? 1 : 0;
    } else if (opening.failures == 0) {
      ++opening.successes;
    }
  }
  if (opening.failures == 0) return std::nullopt;  // it stopped for another reason
  std::vector<Duration> lengths;
  for (const Pause& pause : pauses) lengths.push_back(pause.until - pause.from);
  opening.length = *middle(std::move(lengths));
  return opening;
}

Crowd crowd_in(const record::Record& record, const base::Link& link, Duration slow) {
  const TimePoint zero = record.time_zero;
  const base::Link to_caller{"*", link.from};
  Crowd crowd;
  for (const Exchange& row : record.exchanges) {
    if (row.sent < zero || row.sent >= zero + slow) continue;
    if (to_caller.covers(row.link)) {
      ++crowd.asked;
      crowd.refused += is_over(row) && row.ended < zero + slow ? 1 : 0;
    }
    if (!link.covers(row.link)) continue;
    ++crowd.came;
    crowd.late += row.sent >= zero + slow * 2 / 3 ? 1 : 0;
  }
  crowd.peak = peak_on(record, link);
  return crowd;
}

std::int64_t arrivals_in(const record::Record& record, const base::Link& link, TimePoint from,
                         Duration time) {
  std::int64_t count = 0;
  std::optional<TimePoint> first;
  for (const Exchange* row : all_on(record, link)) {
    if (row->sent < from) continue;
    if (!first) first = row->sent;
    if (row->sent < *first + time) ++count;
  }
  return count;
}

std::int64_t peak_on(const record::Record& record, const base::Link& link) {
  auto rows = all_on(record, link);
  std::erase_if(rows, [&](const Exchange* row) { return row->sent < record.time_zero; });
  return peak_of(rows, record.end);
}

}  // namespace seawall::xray
