// What a service can do at once, above the waist and so the same in every world: workers that are
// each held for the service time, a bounded queue in front of them, and a margin below which a
// deadline is not worth starting for.
//
//   request -> [deadline margin] -> [queue] -> worker for service_time -> handler -> response
//
// A service that has patterns of its own side (Admission) is asked before and after the margin.
// A request that is turned away gets 503 with Retry-After and {"accepted":false,"reason":...}.
// Requests for /health pass by the queue: they tell about the service, they are not its work. One
// that drains has no more workers for what comes, and is not ready, without a word of when to come
// again; what it has goes on.
#pragma once
#include <string>
#include <string_view>

#include "harness/model/scenario.hpp"
#include "harness/runtime/notification.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::runtime {

class Capacity {
 public:
  // `node` is named in events.
  Capacity(Env& env, std::string node, const model::Capacity& settings);

  // The request outlives the task, which moves it on.
  Task<Response> serve(Service& service, Request&& request);
  // From now on, until resume().
  void drain() { drains_ = true; }
  void resume() { drains_ = false; }
  bool drains() const { return drains_; }

  std::int64_t queued() const { return static_cast<std::int64_t>(freed_.waiting()); }
  std::int64_t in_flight() const { return in_flight_; }
  // Age of the oldest request that has not been answered; 0 without any.
  Duration oldest() const;

 private:
  class Worker;
  class Flight;
  bool worker_free() const;
  Task<Response> refuse(Request request, std::string_view reason);
  // Asks the service's own patterns first. A request that waits for them is not accepted yet: it is
  // neither queued nor in flight.
  Task<Response> admit(Admission& admission, Service& service, Request request);
  // From the margin on. `turned_away`, where it is given, says whether that became of it.
  Task<Response> work(Service& service, Request&& request, bool* turned_away);
  TimePoint latest_start(const Request& request) const;
  Response turn_away(const Request& request, std::string_view reason);
  Env& env_;
  std::string node_;
  model::Capacity settings_;
  Notification freed_;
  std::int64_t busy_ = 0;
  std::int64_t in_flight_ = 0;
  bool drains_ = false;
  Flight* oldest_ = nullptr;  // intrusive list by arrival
  Flight* newest_ = nullptr;
};

}  // namespace seawall::runtime
