// Measures of what the client saw, by intended time.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/goodput.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;

// The client is still waiting within its rights: nothing can be said of it yet.
bool undecided(const Exchange& request, TimePoint now) {
  return request.ended == TimePoint{} && now < request.deadline;
}

// Every request of the phase that its client waited for, of this name where the measure has one.
template <class Each>
void for_each_request(const Focus& focus, const model::Expression& measure, Each each) {
  const std::string* name = measure.children.empty() ? nullptr : &measure.children.front().name;
  for (const Window& window : focus.windows)
    for (const Exchange* request : focus.observations.history(window)) {
      if (request->abandoned || undecided(*request, focus.now)) continue;
      if (name && request->request_name != *name) continue;
      each(*request);
    }
}

bool answered(const Exchange& request) {
  return request.status != 0 && request.ended != TimePoint{};
}

// "404", "timed_out": what came of a request that was not answered as expected.
std::string end_of(const Exchange& request) {
  if (answered(request)) return std::to_string(request.status);
  return std::string(request.failure ? model::name_of(*request.failure) : "unanswered");
}

struct Answers {
  std::int64_t sent = 0;
  std::int64_t expected = 0;
  std::int64_t degraded = 0;
  std::map<std::string, std::int64_t> others;  // how those that were not as expected ended
};

// "not as expected: 40 x 404, 3 x timed_out"; empty where all were.
std::string remark_of(const Answers& answers) {
  std::vector<std::pair<std::int64_t, std::string>> ends;
  for (const auto& [end, count] : answers.others) ends.emplace_back(-count, end);
  std::sort(ends.begin(), ends.end());
  constexpr std::size_t most_named = 4;
  std::vector<std::string> named;
  for (const auto& [count, end] : ends)
    if (named.size() < most_named) named.push_back(fmt::format("{} x {}", -count, end));
  if (ends.size() > named.size()) named.emplace_back("others");
  return named.empty() ? "" : "not as expected: " + base::join(named, ", ");
}

Answers answers_of(const Focus& focus, const model::Expression& measure) {
  Answers answers;
  for_each_request(focus, measure, [&](const Exchange& request) {
    ++answers.sent;
    if (!request.expected) ++answers.others[end_of(request)];
    if (!request.expected) return;
    ++answers.expected;
    if (request.told.degraded) ++answers.degraded;
  });
  return answers;
}

Outcome share_of(std::int64_t part, std::int64_t all, std::string_view what) {
  if (all == 0) return Outcome::none(State::inconclusive, fmt::format("no request {}", what));
  return Outcome::of(model::Unit::share, static_cast<double>(part) / static_cast<double>(all));
}

// `sent`: how many requests there were that might have counted.
Outcome rate_of(std::int64_t count, std::int64_t sent, const Focus& focus) {
  const Duration time = length(focus.windows);
  if (time <= Duration{}) return Outcome::none(State::inconclusive, "the phase has no length");
  if (sent == 0) return Outcome::none(State::inconclusive, "no request was sent in this phase");
  return Outcome::of(model::Unit::rate, static_cast<double>(count) / seconds(time));
}

}  // namespace

Outcome latency(const Focus& focus, const model::Expression& measure) {
  std::vector<Duration> samples;
  std::int64_t sent = 0;
  for_each_request(focus, measure, [&](const Exchange& request) {
    ++sent;
    if (request.expected && answered(request)) samples.push_back(request.ended - request.intended);
  });
  return quantile_outcome(focus, std::move(samples), sent, measure.quantile);
}

Outcome latency_all(const Focus& focus, const model::Expression& measure) {
  std::vector<Duration> samples;
  for_each_request(focus, measure, [&](const Exchange& request) {
    const TimePoint end =
        answered(request) ? request.ended : std::max(request.ended, request.deadline);
    samples.push_back(end - request.intended);
  });
  const auto sent = static_cast<std::int64_t>(samples.size());
  return quantile_outcome(focus, std::move(samples), sent, measure.quantile);
}

Outcome error_rate(const Focus& focus, const model::Expression& measure) {
  const Answers answers = answers_of(focus, measure);
  Outcome share = share_of(answers.sent - answers.expected, answers.sent, "was sent in this phase");
  if (share.has_value()) share.why = remark_of(answers);
  return share;
}

Outcome ok_share(const Focus& focus, const model::Expression& measure) {
  const Answers answers = answers_of(focus, measure);
  Outcome share = share_of(answers.expected, answers.sent, "was sent in this phase");
  if (share.has_value()) share.why = remark_of(answers);
  return share;
}

Outcome ok_rate(const Focus& focus, const model::Expression& measure) {
  const Answers answers = answers_of(focus, measure);
  return rate_of(answers.expected, answers.sent, focus);
}

Outcome degraded_share(const Focus& focus, const model::Expression& measure) {
  const Answers answers = answers_of(focus, measure);
  Outcome share = share_of(answers.degraded, answers.expected, "was answered in this phase");
  const auto& links = focus.scenario.policy.links;
  const bool falls_back = std::any_of(links.begin(), links.end(), [](const auto& link) {
    return link.second.fallback.has_value();
  });
  if (answers.degraded > 0 || falls_back || !share.has_value()) return share;
  share.blind = true;
  share.why = "no fallback stands on any link";
  return share;
}

Outcome goodput(const Focus& focus, const model::Expression& measure) {
  std::int64_t sent = 0;
  std::int64_t confirmed = 0;
  for_each_request(focus, measure, [&](const Exchange& request) {
    if (request.method != model::Method::post) return;
    ++sent;
    if (is_good(request) && request.told.kind == model::Told::Kind::confirmed) ++confirmed;
  });
  return rate_of(confirmed, sent, focus);
}

}  // namespace seawall::check
