#include "targets/resilience/client.hpp"

#include <algorithm>
#include <utility>

#include <planted.hpp>

namespace seawall::resilience {

namespace {

using base::Duration;
using base::TimePoint;
using Kind = record::Event::Kind;

// Real timers fire late on a busy machine. A call that went on for longer than this past its
// deadline was not held to it.
constexpr Duration late_grace = std::chrono::milliseconds(100);

// The planted bug: the deadline is renewed by every byte. A drip stretched one of 0.3 s to 2.3 s.
constexpr int renewals_by_a_drip = 8;

// Of the fallback, for each link: bounded like all that is kept.
constexpr std::size_t most_kept_reads = 1000;

bool timed_out(const Attempt& attempt) {
  return !attempt && attempt.error() == model::Failure::timed_out;
}

// The planted bug: whoever cuts a call at its deadline forgets that it had a permit.
bool forgets_permit(const Attempt& attempt) {
  return planted(Bug::breaker_permit_leaked) && timed_out(attempt);
}

}  // namespace

Client::Client(runtime::Env& env, base::Link link, const model::LinkPolicy& policy, Breaker* shared,
               std::vector<std::string> nodes)
    : env_(env),
      link_(std::move(link)),
      where_(base::to_text(link_)),
      policy_(policy),
      instances_(env, link_, std::move(nodes), policy.outlier) {
  const auto& limiter = policy_.rate_limiter;
  const bool limits_itself = limiter && limiter->side == model::RateLimiter::Side::client;
  tells_caller_ = (limiter && !limits_itself) || policy_.concurrency_limit;
  if (limits_itself) limiter_.emplace(*limiter);
  if (policy_.bulkhead) bulkhead_.emplace(env_, *policy_.bulkhead);
  if (policy_.retry) retry_.emplace(*policy_.retry);
  if (policy_.hedge) hedge_.emplace(*policy_.hedge);
  if ((retry_ || hedge_) && policy_.retry_budget) budget_.emplace(*policy_.retry_budget);
  if (policy_.throttle) throttle_.emplace(*policy_.throttle);
  if (policy_.cache) {
    cache_.emplace(static_cast<std::size_t>(policy_.cache->max_entries));
    if (policy_.cache->coalesce) coalescing_.emplace(env_);
  }
  if (policy_.fallback && policy_.fallback->kind == model::Fallback::Kind::stale_cache)
    last_good_.emplace(most_kept_reads);
  if (!policy_.circuit_breaker) return;
  failure_rule_.emplace(*policy_.circuit_breaker);
  breaker_ = shared ? shared : &own_breaker_.emplace(env_, where_, *policy_.circuit_breaker);
}

runtime::Task<Outcome> Client::call(model::Request&& request) {
  if (tells_caller_) request.headers.emplace_back(caller_header, link_.from);
  if (cache_ && request.method == model::Method::get) return read(std::move(request));
  return carry_out(std::move(request));
}

runtime::Task<Outcome> Client::carry_out(model::Request request) {
  Course course(Deadline(policy_.timeout, env_.now(), request.deadline));
  const Deadline& deadline = course.deadline;
  const base::Subject subject = request.index.subject;
  const bool keeps_answer = last_good_ && request.method == model::Method::get;
  const std::string path = keeps_answer ? request.path : std::string();
  Outcome outcome;

  Bulkhead::Permit permit;
  const bool in_time = deadline.worth_starting(env_.now());
  if (bulkhead_ && !limiter_ && in_time) permit = bulkhead_->try_acquire();
  if ((limiter_ || bulkhead_) && !permit && in_time) {
    runtime::Task<std::string_view> waiting = wait_for_turn(deadline, permit);
    const std::string_view refused_by = co_await waiting;
    if (!refused_by.empty()) {
      reject(outcome, refused_by, subject);
      co_return outcome;
    }
  }

  const std::int64_t most = retry_ && retry_->may_repeat(request) ? retry_->max_attempts() : 1;
  const bool hedges = hedge_ && hedge_->may_repeat(request);
  Duration backoff{};
  for (int tries = 1;; ++tries) {
    if (!deadline.worth_starting(env_.now())) {
      ++cut_;
      reject(outcome, "timeout", subject);
      break;
    }
    request.index.attempt = static_cast<std::uint32_t>(outcome.attempts + 1);
    const bool last = tries >= most;
    runtime::Task<Tried> trying =
        hedges ? hedged(request, course, outcome) : attempt(request, course, last);
    Tried tried = co_await trying;

    std::optional<Duration> pause;
    if (!last) pause = pause_to_retry(tries, tried, request, deadline, backoff);
    if (tried.result)
      outcome.add(std::move(*tried.result));
    else
      reject(outcome, tried.refused_by, subject);
    if (!pause) break;
    runtime::Sleep until_retry(env_, env_.now() + *pause);
    co_await until_retry;
  }
  if (retry_ && retry_->loses(outcome)) {
    runtime::Sleep in_vain(env_, env_.now() + retry_->backoff(outcome.attempts));
    co_await in_vain;
    outcome.forget();
  }
  if (keeps_answer && outcome.ok()) last_good_->put(env_.now(), path, outcome.response->body);
  co_return outcome;
}

runtime::Task<std::string_view> Client::wait_for_turn(const Deadline& deadline,
                                                      Bulkhead::Permit& permit) {
  if (limiter_) {
    const RateLimiter::Decision token = limiter_->take(env_.now(), {}, deadline.total());
    if (!token.admitted || token.wait > Duration(0)) ++paced_;
    if (!token.admitted) co_return "rate_limiter";
    if (token.wait > Duration(0)) {
      runtime::Sleep until_turn(env_, env_.now() + token.wait);
      co_await until_turn;
    }
  }
  if (!bulkhead_) co_return std::string_view();
  permit = bulkhead_->try_acquire();
  if (permit) co_return std::string_view();
  ++held_back_;
  runtime::Task<Bulkhead::Permit> waiting = bulkhead_->wait(deadline.total());
  permit = co_await waiting;
  if (permit) co_return std::string_view();
  co_return "bulkhead";
}

runtime::Task<Client::Tried> Client::attempt(model::Request& request, Course& course, bool last) {
  std::optional<Breaker::Permit> admitted;
  std::string_view refused_by;
  if (!let_out(request, admitted, refused_by)) co_return Tried(refused_by);
  count_attempt(request);

  const base::Subject subject = request.index.subject;
  const std::size_t instance = choose_instance(request.index, course);
  const TimePoint started = env_.now();
  course.deadline.limit(request, started);
  const TimePoint due = request.deadline;
  if (planted(Bug::timeout_per_read))
    request.deadline = started + renewals_by_a_drip * (due - started);

  runtime::Call transport(env_, instances_.node(instance), last ? std::move(request) : request);
  Attempt result = co_await transport;

  instances_.finish(instance, result);
  if (admitted && !forgets_permit(result)) admitted->finish(failure_rule_->failed(result));
  account(result);
  if (env_.now() > due + late_grace) emit(Kind::late, {}, subject, (env_.now() - due).count());
  co_return Tried(std::move(result));
}

bool Client::let_out(const model::Request& request, std::optional<Breaker::Permit>& admitted,
                     std::string_view& refused_by) {
  if (throttle_) {
    // With the time, as the repeats of a saga's step are first attempts all.
    const TimePoint now = env_.now();
    const auto draw = draw_for(request.index, "throttle").with(now.time_since_epoch().count());
    if (!throttle_->admit(now, draw)) {
      ++throttled_;
      refused_by = "throttle";
      return false;
    }
  }
  if (!breaker_) return true;
  if (std::optional<Breaker::Permit> permit = breaker_->enter()) {
    admitted.emplace(std::move(*permit));
    return true;
  }
  if (throttle_) throttle_->take_back(env_.now());
  refused_by = "circuit_breaker";
  return false;
}

void Client::count_attempt(const model::Request& request) {
  const base::ExecutionIndex& index = request.index;
  if (is_hedge(index)) {
    ++hedged_;
    emit(Kind::retry, "hedge", index.subject, index.attempt);
  } else if (index.attempt > 1) {
    ++repeated_;
    emit(Kind::retry, {}, index.subject, index.attempt);
  } else if (budget_) {
    budget_->on_first_attempt(env_.now());
  }
}

// With the time, as the repeats of a saga's step are first attempts all.
std::size_t Client::choose_instance(const base::ExecutionIndex& index, Course& course) {
  if (!instances_.several()) return 0;
  const auto draw =
      draw_for(index, "instance").with(index.attempt).with(env_.now().time_since_epoch().count());
  course.instance = instances_.choose(draw, course.instance);
  return *course.instance;
}

std::optional<Duration> Client::pause_to_retry(int tries, const Tried& tried,
                                               const model::Request& request,
                                               const Deadline& deadline, Duration& backoff) {
  const bool when_open = retry_->when_open() && tried.refused_by == "circuit_breaker";
  const bool wanted = tried.result ? retry_->mends(*tried.result) : when_open;
  if (!wanted) return std::nullopt;
  backoff = retry_->wait(tries, backoff, draw_for(request.index, "backoff").with(tries));
  const Duration pause =
      tried.result ? std::max(backoff, retry_->asked_for(*tried.result)) : backoff;
  if (!deadline.worth_starting(env_.now() + pause)) return std::nullopt;
  if (!affords(request.index.subject)) return std::nullopt;
  return pause;
}

void Client::account(const Attempt& result) {
  if (timed_out(result)) ++cut_;
  if (throttle_) throttle_->finish(env_.now(), result);
  const bool answered = settles(result);
  if (!budget_) return;
  if (retry_ ? retry_->mends(result) : !answered)
    budget_->on_failure();
  else if (answered)
    budget_->on_success();
}

bool Client::affords(base::Subject subject) {
  if (!budget_ || budget_->take(env_.now())) return true;
  emit(Kind::reject, "retry_budget", subject);
  return false;
}

base::KeyedRandom Client::draw_for(const base::ExecutionIndex& index,
                                   std::string_view purpose) const {
  return base::KeyedRandom(env_.seed())
      .with(index.subject)
      .with(where_)
      .with(index.operation)
      .with(index.label)
      .with(purpose);
}

void Client::reject(Outcome& outcome, std::string_view pattern, base::Subject subject) {
  outcome.rejected_by = pattern;
  emit(Kind::reject, pattern, subject);
}

void Client::collect(std::vector<record::PatternUse>& uses) const {
  const auto add = [&](std::string_view pattern, std::int64_t acted) -> record::PatternUse& {
    record::PatternUse& use = uses.emplace_back();
    use.pattern = pattern;
    use.where = where_;
    use.acted = acted;
    return use;
  };
  if (policy_.timeout) add("timeout", cut_);
  if (retry_) add("retry", repeated_);
  if (budget_) add("retry_budget", budget_->denied());
  if (own_breaker_) own_breaker_->collect(uses);
  if (bulkhead_) bulkhead_->tell(add("bulkhead", held_back_));
  if (policy_.fallback) add("fallback", left_out_);
  if (limiter_) add("rate_limiter", paced_);
  if (hedge_) add("hedge", hedged_);
  if (throttle_) add("throttle", throttled_);
  if (cache_) add("cache", kept_);
  if (coalescing_) add("coalescing", coalescing_->joined());
  instances_.collect(uses);
}

void Client::emit(Kind kind, std::string_view name, base::Subject subject, std::int64_t value) {
  record::Event event;
  event.kind = kind;
  event.where = where_;
  event.name = name;
  event.subject = subject;
  event.value = value;
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
