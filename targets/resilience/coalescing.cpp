#include "targets/resilience/coalescing.hpp"

#include <planted.hpp>

namespace seawall::resilience {

runtime::Task<std::optional<Outcome>> Coalescing::ask(const std::string& key, base::TimePoint until,
                                                      runtime::Task<Outcome> call) {
  const auto known = planted(Bug::coalescing_forgotten) ? flights_.end() : flights_.find(key);
  std::shared_ptr<Flight> flight;
  if (known != flights_.end()) {
    ++joined_;
    flight = known->second;
  } else {
    flight = std::make_shared<Flight>(env_, key, std::move(call));
    flights_.emplace(key, flight);
    env_.spawn(fly(flight));
  }
  if (!flight->outcome) co_await flight->landed.wait(until);
  co_return flight->outcome;
}

runtime::Task<> Coalescing::fly(std::shared_ptr<Flight> flight) {
  runtime::Task<Outcome> call = std::move(flight->call);
  Outcome outcome = co_await call;
  flight->outcome = std::move(outcome);
  flights_.erase(flight->key);
  flight->landed.notify_all();
  co_return runtime::Unit{};
}

}  // namespace seawall::resilience
