#include "harness/runtime/capacity.hpp"

namespace seawall::runtime {
// A request from its arrival to its answer, in a list by arrival.
class Capacity::Flight {
 public:
  explicit Flight(Capacity& capacity)
      : arrived(capacity.env_.now()), capacity_(capacity), older_(capacity.newest_) {
    (older_ ? older_->newer_ : capacity_.oldest_) = this;
    capacity_.newest_ = this;
    ++capacity_.in_flight_;
  }
  ~Flight() {
    (older_ ? older_->newer_ : capacity_.oldest_) = newer_;
    (newer_ ? newer_->older_ : capacity_.newest_) = older_;
    --capacity_.in_flight_;
  }
  Flight(const Flight&) = delete;
  const TimePoint arrived;

 private:
  Capacity& capacity_;
  Flight* older_;
  Flight* newer_ = nullptr;
};

// A worker that is held; it goes to the one that waits longest when its holder is done.
class Capacity::Worker {
 public:
  explicit Worker(Capacity& capacity) : capacity_(capacity) { ++capacity_.busy_; }
  ~Worker() { release(); }
  Worker(const Worker&) = delete;
  void release() {
    if (!held_) return;
    held_ = false;
    --capacity_.busy_;
    capacity_.freed_.notify_one();
  }

 private:
  Capacity& capacity_;
  bool held_ = true;
};

Capacity::Capacity(Env& env, std::string node, const model::Capacity& settings)
    : env_(env), node_(std::move(node)), settings_(settings), freed_(env) {}

bool Capacity::worker_free() const {
  return busy_ + static_cast<std::int64_t>(freed_.pending()) < settings_.workers;
}

Response Capacity::turn_away(const Request& request, std::string_view reason) {
  record::Event event;
  event.kind = record::Event::Kind::reject;
  event.where = node_;
  event.name = "capacity";
  event.what = reason;
  event.subject = request.index.subject;
  env_.emit(std::move(event));
  Response response(503);
  response.body = R"({"accepted":false,"reason":")" + std::string(reason) + "\"}";
  // Who comes again meets another instance, or none for as long as nobody knows.
  if (!drains_) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Task<Response> Capacity::serve(Service& service, Request&& request) {
  const bool alive = request.path.starts_with("/health/live");
  if (drains_ && !alive) return refuse(std::move(request), "draining");
  if (request.path.starts_with("/health")) return service.handle(std::move(request));
  if (Admission* const admission = service.admission())
    return admit(*admission, service, std::move(request));
  return work(service, std::move(request), nullptr);
}

Task<Response> Capacity::refuse(Request request, std::string_view reason) {
  co_return turn_away(request, reason);
}

Task<Response> Capacity::admit(Admission& admission, Service& service, Request request) {
  Task<std::optional<Response>> arriving = admission.arrive(request);
  std::optional<Response> refusal = co_await arriving;
  if (refusal) co_return std::move(*refusal);
  if (latest_start(request) <= env_.now()) co_return turn_away(request, "deadline");
  auto stay = admission.enter(request);
  if (!stay) co_return std::move(stay.error());

  const TimePoint deadline = request.deadline;
  bool turned_away = false;
  Task<Response> working = work(service, std::move(request), &turned_away);
  Response response = co_await working;
  const bool late = deadline != TimePoint{} && env_.now() > deadline;
  if (*stay) (*stay)->end(turned_away || late);
  co_return response;
}

TimePoint Capacity::latest_start(const Request& request) const {
  const bool has_deadline = request.deadline != TimePoint{};
  return has_deadline ? request.deadline - settings_.deadline_margin : TimePoint::max();
}

Task<Response> Capacity::work(Service& service, Request&& request, bool* turned_away) {
  Flight flight(*this);
  const TimePoint latest = latest_start(request);
  std::string_view why;
  if (latest <= env_.now()) {
    why = "deadline";
  } else if (!worker_free()) {
    if (queued() >= settings_.queue) {
      why = "overloaded";
    } else {
      const bool woken = co_await freed_.wait(latest);
      if (!woken) why = "deadline";
    }
  }
  if (!why.empty()) {
    if (turned_away) *turned_away = true;
    co_return turn_away(request, why);
  }

  Worker worker(*this);
  Sleep work(env_, env_.now() + settings_.service_time);
  co_await work;
  if (settings_.hold == model::Capacity::Hold::service) worker.release();
  co_return co_await service.handle(std::move(request));
}

Duration Capacity::oldest() const {
  return oldest_ ? env_.now() - oldest_->arrived : Duration::zero();
}

}  // namespace seawall::runtime
