#include "targets/resilience/server.hpp"

#include <algorithm>
#include <utility>

#include <planted.hpp>

#include "harness/base/text.hpp"
#include "targets/resilience/client.hpp"

namespace seawall::resilience {

namespace {

using base::Duration;
using base::TimePoint;

constexpr std::string_view outside = "client";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Nothing was started, so come again.
model::Response not_accepted(int status, std::string_view reason, Duration wait) {
  model::Response response(status);
  response.body.append(R"({"accepted":false,"reason":")").append(reason).append("\"}");
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  response.headers.emplace_back("Retry-After",
                                std::to_string(std::max<std::int64_t>(1, seconds.count())));
  return response;
}

bool is_critical(const std::vector<std::string>& patterns, const model::Request& request) {
  if (patterns.empty()) return false;
  std::string line(model::name_of(request.method));
  line.append(" ").append(request.path);
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return base::matches_glob(pattern, line); });
}

// The one that has these settings, made where there is none yet.
template <class One, class Settings>
One& shared(std::deque<One>& all, const Settings& settings) {
  for (One& known : all)
    if (known.settings == settings) return known;
  return all.emplace_back(settings);
}

}  // namespace

std::string_view header_of(const model::Request& request, std::string_view name) {
  for (const model::Header& header : request.headers) {
    const bool same = std::equal(header.name.begin(), header.name.end(), name.begin(), name.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
    if (same) return header.value;
  }
  return {};
}

// A request that was let in, until it is answered or its frame ends.
class Server::Held final : public runtime::Admission::Stay {
 public:
  Held(runtime::Env& env, Way& way, ConcurrencyLimit::Ticket ticket)
      : env_(env), way_(way), ticket_(ticket) {
    ++way_.permits.taken;
    ++way_.permits.held;
    way_.peak = std::max(way_.peak, ticket.in_flight);
  }
  ~Held() override {
    --way_.permits.held;
    if (leaks()) return;
    ++way_.permits.returned;
    if (!ended_) way_.limit->machine.cancel(ticket_);
  }
  Held(const Held&) = delete;

  void end(bool dropped) override {
    using End = ConcurrencyLimit::End;
    if (std::exchange(ended_, true) || leaks()) return;
    way_.limit->machine.finish(env_.now(), ticket_, dropped ? End::dropped : End::answered);
  }

 private:
  bool leaks() const { return planted(Bug::limit_permit_leaked) && ticket_.in_flight % 3 == 0; }

  runtime::Env& env_;
  Way& way_;
  ConcurrencyLimit::Ticket ticket_;
  bool ended_ = false;
};

Server::Server(runtime::Env& env, const std::vector<base::Link>& links, const model::Policy& policy)
    : env_(env) {
  for (const base::Link& link : links) {
    const model::LinkPolicy& of_link = policy.of(link);
    Way& way = ways_[link.from];
    way.where = base::to_text(link);
    way.caller = link.from;
    const auto& limiter = of_link.rate_limiter;
    if (limiter && limiter->side == model::RateLimiter::Side::server)
      way.limiter = &shared(limiters_, *limiter);
    if (of_link.concurrency_limit) way.limit = &shared(limits_, *of_link.concurrency_limit);
  }
}

Server::Way* Server::way_of(const model::Request& request) {
  auto way = ways_.find(outside);
  if (way == ways_.end()) way = ways_.find(header_of(request, caller_header));
  return way == ways_.end() ? nullptr : &way->second;
}

runtime::Task<std::optional<model::Response>> Server::arrive(const model::Request& request) {
  Way* const way = way_of(request);
  if (!way || !way->limiter) co_return std::nullopt;
  Limiter& limiter = *way->limiter;
  std::string_view key;
  if (limiter.settings.key == "link")
    key = way->caller;
  else if (limiter.settings.key != "all")
    key = header_of(request, limiter.settings.key);
  const TimePoint until = request.deadline == TimePoint{} ? TimePoint::max() : request.deadline;
  const RateLimiter::Decision token = limiter.machine.take(env_.now(), key, until);
  if (!token.admitted || token.wait > Duration(0)) ++way->paced;
  if (!token.admitted) {
    tell(*way, "rate_limiter", request);
    co_return not_accepted(429, "rate_limited", token.wait);
  }
  if (token.wait > Duration(0)) {
    runtime::Sleep until_turn(env_, env_.now() + token.wait);
    co_await until_turn;
  }
  co_return std::nullopt;
}

base::expected<std::unique_ptr<runtime::Admission::Stay>, model::Response> Server::enter(
    const model::Request& request) {
  Way* const way = way_of(request);
  if (!way || !way->limit) return std::unique_ptr<Stay>();
  Limit& limit = *way->limit;
  const bool critical = is_critical(limit.settings.critical, request);
  const auto ticket = limit.machine.admit(env_.now(), critical);
  if (ticket) return std::make_unique<Held>(env_, *way, *ticket);
  ++way->refused;
  tell(*way, "concurrency_limit", request);
  return base::unexpected(not_accepted(503, "concurrency_limit", {}));
}

void Server::collect(std::vector<record::PatternUse>& uses) const {
  const auto add = [&](const Way& way, std::string_view pattern, std::int64_t acted) {
    record::PatternUse& use = uses.emplace_back();
    use.pattern = pattern;
    use.where = way.where;
    use.acted = acted;
  };
  for (const auto& [caller, way] : ways_) {
    if (way.limiter) add(way, "rate_limiter", way.paced);
    if (!way.limit) continue;
    add(way, "concurrency_limit", way.refused);
    uses.back().peak_in_flight = way.peak;
    way.permits.tell(uses.back());
  }
}

// `what` tells a refusal of the callee from one of the caller, which never reaches the link.
void Server::tell(const Way& way, std::string_view pattern, const model::Request& request) {
  record::Event event;
  event.kind = record::Event::Kind::reject;
  event.where = way.where;
  event.name = pattern;
  event.what = "callee";
  event.subject = request.index.subject;
  env_.emit(std::move(event));
}

}  // namespace seawall::resilience
