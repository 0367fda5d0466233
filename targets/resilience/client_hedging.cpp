// The hedge of a client: copies of one attempt side by side, of which the first answer counts.
//
//   first copy ----------------- delay ---- answer: the others are withdrawn
//                                  |- second copy (label "hedge") ---
#include <utility>

#include <planted.hpp>

#include "harness/base/text.hpp"
#include "targets/resilience/client.hpp"

namespace seawall::resilience {

using base::TimePoint;

// The copies of one attempt.
struct Client::Round {
  explicit Round(runtime::Env& env) : start(env.now()), ended(env) {}

  // When the next copy is due; nothing: there is no further one.
  std::optional<TimePoint> next(const Hedge& hedge) const {
    const auto delay = hedge.delay();
    if (closed || sent > hedge.max_hedges() || !delay) return std::nullopt;
    return start + *delay * sent;
  }

  bool all_ended() const { return seen == static_cast<std::size_t>(sent); }

  TimePoint start;
  std::int64_t sent = 0;
  std::size_t seen = 0;        // of the results
  bool closed = false;         // no more copies
  std::vector<Tried> results;  // in the order in which they ended
  runtime::Notification ended;
};

runtime::Task<Client::Tried> Client::hedged(const model::Request& request, Course& course,
                                            Outcome& outcome) {
  Round round(env_);
  runtime::Scope side_by_side;  // ends before the round
  std::optional<Tried> latest;
  ++round.sent;
  side_by_side.spawn(join(round, request, course));
  for (;;) {
    while (round.seen < round.results.size()) take(round, latest, outcome);
    const bool settled = latest && latest->result && settles(*latest->result);
    if (settled) hedge_->learn(env_.now() - round.start);
    if (settled || round.all_ended()) break;

    const std::optional<TimePoint> next = round.next(*hedge_);
    const bool news = co_await round.ended.wait(next.value_or(TimePoint::max()));
    if (news || round.seen < round.results.size()) continue;
    round.closed = !may_hedge(course.deadline, request.index.subject);
    if (round.closed) continue;
    model::Request copy = request;
    const std::string_view label = copy.index.label.view();
    copy.index.label = base::concat({label, label.empty() ? "" : "/", hedge_label});
    copy.index.attempt += static_cast<std::uint32_t>(round.sent);
    ++round.sent;
    side_by_side.spawn(join(round, std::move(copy), course));
  }
  // Those that are withdrawn went out too.
  outcome.attempts += static_cast<int>(round.sent) - static_cast<int>(round.results.size());
  co_return std::move(*latest);
}

// The next result. What was before it is accounted for, and a copy that was not let out tells
// nothing about one that was.
void Client::take(Round& round, std::optional<Tried>& latest, Outcome& outcome) {
  Tried& ended = round.results[round.seen++];
  if (!ended.result) round.closed = true;
  if (latest && !ended.result) return;
  if (latest && latest->result) outcome.add(std::move(*latest->result));
  latest.emplace(std::move(ended));
}

runtime::Task<> Client::join(Round& round, model::Request request, Course& course) {
  runtime::Task<Tried> trying = attempt(request, course, true);
  Tried tried = co_await trying;
  round.results.push_back(std::move(tried));
  round.ended.notify_one();
  co_return runtime::Unit{};
}

bool Client::may_hedge(const Deadline& deadline, base::Subject subject) {
  if (!deadline.worth_starting(env_.now()) || planted(Bug::hedge_never_sent)) return false;
  if (planted(Bug::hedge_without_budget)) return true;
  if (!hedge_->shares_budget() || !budget_) return true;
  if (!affords(subject)) return false;
  budget_->spend();
  return true;
}

}  // namespace seawall::resilience
