// The load generator: an open loop over Env, the same in every world. Requests are sent when they
// are due, whatever became of earlier ones; latency counts from the intended time. How late each
// was sent is recorded, because a generator that falls behind would measure itself.
//
//   arrivals -> [sleep until due] -> draw -> call -> row of the client's history
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/load/arrivals.hpp"
#include "harness/load/request_draw.hpp"
#include "harness/model/scenario.hpp"
#include "harness/record/record.hpp"
#include "harness/runtime/service.hpp"
#include "harness/stats/histogram.hpp"

namespace seawall::load {

// All [[load]] of a scenario. What it refers to outlives it, and it outlives the world that drives
// it. run() and what it spawns belong to the client's thread; collect(), uses() and in_flight() to
// any.
class Generator {
 public:
  Generator(const std::vector<model::Load>& loads, const runtime::Target& target,
            std::uint64_t seed);

  // Sends the arrivals of one part, whose time 0 is `zero`, and waits for no answer.
  runtime::Task<> run(runtime::Env& env, Arrivals::Part part, Duration length,
                      base::TimePoint zero);

  // Any thread: nothing more is sent from now on.
  void stop() { stopped_ = true; }
  // Moves the rows that ended since the last call to the back of `history`.
  void collect(std::vector<record::Exchange>& history);
  // How the schedule was held so far, for each load; the warm-up is not in it.
  std::vector<record::LoadUse> uses() const;
  std::int64_t in_flight() const;
  // Whether a part is over: all of its requests are sent and ended.
  bool idle() const;

 private:
  class Flight;  // one request
  struct Schedule {
    std::int64_t planned = 0, sent = 0, in_flight = 0, peak_in_flight = 0;
    stats::Histogram lateness;
    bool overflowed = false;
  };

  void plan(Arrivals::Part part, Duration length);
  void launch(runtime::Env& env, std::size_t load, Arrivals::Part part, std::uint64_t number,
              base::TimePoint intended);
  base::Subject next_subject(Arrivals::Part part, model::Method method);
  void keep(record::Exchange row);  // under the lock
  runtime::Task<> send(runtime::Env& env, std::unique_ptr<Flight> flight);

  const std::vector<model::Load>& loads_;
  const runtime::Target& target_;
  const std::uint64_t seed_;
  Saved saved_;
  std::uint64_t orders_ = 0, requests_ = 0, warmup_ = 0;  // subjects given so far

  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;                          // of what the driver of the run reads
  std::vector<std::vector<record::Exchange>> ended_;  // in pieces
  std::vector<Schedule> schedules_;
  int running_ = 0;
};

}  // namespace seawall::load
