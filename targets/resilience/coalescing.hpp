// One call for all who ask for the same at the same time. The call belongs to none of them: whoever
// goes away leaves it to the others, and each waits until his own deadline only.
//
//   ask "/skus/1" ---.
//   ask "/skus/1" ---+--> one flight --> the same outcome for all
//   ask "/skus/1" ---'
//
// A failure is shared too: each on his own would be the load that this is to prevent. Flights run
// in the Env and end with the incarnation; the Coalescing outlives them.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/runtime/notification.hpp"
#include "harness/runtime/task.hpp"
#include "targets/resilience/outcome.hpp"

namespace seawall::resilience {

class Coalescing {
 public:
  explicit Coalescing(runtime::Env& env) : env_(env) {}
  Coalescing(const Coalescing&) = delete;

  // The outcome of the flight of this key: the one that there is, else `call`, which is started
  // here. Nothing where `until` came first. `key` lives as long as the task.
  runtime::Task<std::optional<Outcome>> ask(const std::string& key, base::TimePoint until,
                                            runtime::Task<Outcome> call);

  std::int64_t joined() const { return joined_; }
  std::size_t flights() const { return flights_.size(); }

 private:
  struct Flight {
    Flight(runtime::Env& env, std::string k, runtime::Task<Outcome> c)
        : key(std::move(k)), call(std::move(c)), landed(env) {}
    std::string key;
    runtime::Task<Outcome> call;
    std::optional<Outcome> outcome;
    runtime::Notification landed;
  };
  runtime::Task<> fly(std::shared_ptr<Flight> flight);

  runtime::Env& env_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
  std::int64_t joined_ = 0;
};

}  // namespace seawall::resilience
