// What a client does for reads alone: it keeps answers while they are fresh, makes one call for all
// who ask for the same, and has an answer when a call came to nothing.
#include <utility>

#include <planted.hpp>

#include "targets/resilience/client.hpp"

namespace seawall::resilience {

using base::Duration;
using base::TimePoint;
using FallbackKind = model::Fallback::Kind;

namespace {

Outcome answered_by_cache(std::string body) {
  Outcome outcome;
  outcome.call_class = CallClass::ok;
  outcome.response.emplace(200, std::move(body));
  return outcome;
}

}  // namespace

runtime::Task<Outcome> Client::read(model::Request request) {
  const std::string key = request.path;
  const Duration ttl = policy_.cache->ttl;
  if (ttl > Duration(0)) {
    if (const KeptReads::Kept* kept = cache_->find(env_.now(), key, ttl)) {
      ++kept_;
      co_return answered_by_cache(kept->body);
    }
  }
  if (!coalescing_) {
    runtime::Task<Outcome> fetching = fetch(std::move(request));
    Outcome outcome = co_await fetching;
    co_return outcome;
  }

  const TimePoint until = Deadline(policy_.timeout, env_.now(), request.deadline).total();
  request.deadline = TimePoint{};  // the call is made for all who come to ask
  runtime::Task<std::optional<Outcome>> asking =
      coalescing_->ask(key, until, fetch(std::move(request)));
  std::optional<Outcome> outcome = co_await asking;
  if (!outcome) {
    ++cut_;
    outcome.emplace();
    outcome->call_class = CallClass::in_doubt;
    outcome->failure = model::Failure::timed_out;
  }
  co_return std::move(*outcome);
}

runtime::Task<Outcome> Client::fetch(model::Request request) {
  const std::string key = request.path;
  runtime::Task<Outcome> carrying_out = carry_out(std::move(request));
  Outcome outcome = co_await carrying_out;
  if (outcome.ok() && !planted(Bug::cache_keeps_nothing))
    cache_->put(env_.now(), key, outcome.response->body);
  co_return outcome;
}

bool Client::falls_back(std::string_view part, base::Subject subject) {
  if (!policy_.fallback) return false;
  degrade(part, {}, subject);
  return true;
}

bool Client::marks_degraded() const {
  return policy_.fallback && policy_.fallback->mark_degraded && !planted(Bug::degraded_unmarked);
}

bool Client::has_substitutes() const {
  return policy_.fallback && policy_.fallback->kind != FallbackKind::partial;
}

std::optional<Substitute> Client::substitute(std::string_view path, std::string_view part,
                                             base::Subject subject) {
  if (!has_substitutes()) return std::nullopt;
  Substitute substitute;
  if (last_good_) {
    const KeptReads::Kept* kept = last_good_->find(env_.now(), path, policy_.fallback->max_stale);
    if (!kept) return std::nullopt;
    substitute.body = kept->body;
    substitute.age = env_.now() - kept->at;
  } else {
    substitute.body = policy_.fallback->answer;
  }
  degrade(part, model::name_of(policy_.fallback->kind), subject);
  return substitute;
}

void Client::degrade(std::string_view part, std::string_view how, base::Subject subject) {
  ++left_out_;
  record::Event event;
  event.kind = record::Event::Kind::degraded;
  event.where = link_.from;
  event.name = part;
  event.what = how;
  event.subject = subject;
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
