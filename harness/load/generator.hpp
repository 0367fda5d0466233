// The load generator: an open loop over Env, the same in every world. Requests are sent when they
// are due, whatever became of earlier ones; latency counts from the intended time. How late each
// was sent is recorded, because a generator that falls behind would measure itself.
//
//   arrivals -> [sleep until due] -> draw -> call -> row of the client's history
//                                      \-> a flow: step after step of one user
//
// Within a flow each step waits for the answer to the one before, as its user does: a step is due
// when that has come, and one that was not answered as expected is the last.
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
  class Flight;   // one request
  class Walking;  // that a flow is under way
  struct Visit;   // what the steps of a flow share
  // One `save` of a request, over all answers that were as expected.
  struct Save {
    std::string request, name, path;
    std::int64_t found = 0, missed = 0;
  };
  struct Schedule {
    std::int64_t planned = 0, sent = 0, in_flight = 0, peak_in_flight = 0;
    stats::Histogram lateness;
    bool overflowed = false;
    std::vector<Save> saves;  // of all of its requests
    std::int64_t cut = 0;     // flows that had no value for their next step
    std::string cut_before;   // that step of the first of them
  };
  // What a load may send: its requests, and behind them its flows.
  struct Menu {
    std::vector<std::int64_t> weights;
    std::vector<std::vector<const model::RequestSpec*>> flows;  // their steps
  };
  // One arrival, and all that follows from it.
  struct Turn {
    std::size_t load = 0;
    bool warmup = false;
    bool planned = false;  // an arrival of the schedule that is judged by how late it is
    base::TimePoint intended{};
    base::TimePoint end{};  // of the part: no step of a flow begins then or later
    base::KeyedRandom draw{0};
    std::size_t row = 0;
  };
  // What was drawn for one: a request, or the first of a flow.
  struct Choice {
    std::size_t item = 0;  // of the menu
    model::Request request;
  };

  void plan(Arrivals::Part part, Duration length);
  void launch(runtime::Env& env, Turn turn);
  std::optional<Choice> choose(const Turn& turn) const;
  Values values_of(const Turn& turn) const;
  bool admit(const Turn& turn);
  void keep_saves(Flight& flight, const std::string& body);
  void note_cut(const Turn& turn, const model::RequestSpec& step);
  static std::string lack_of(const Schedule& schedule);
  std::unique_ptr<Flight> depart(runtime::Env& env, const Turn& turn,
                                 const model::RequestSpec& spec, const base::KeyedRandom& draw,
                                 model::Request request);
  base::Subject next_subject(bool warmup, model::Method method);
  void keep(record::Exchange row);  // under the lock
  runtime::Task<> send(runtime::Env& env, std::unique_ptr<Flight> flight);
  runtime::Task<> walk(runtime::Env& env, Turn turn, std::size_t flow, model::Request first);

  const std::vector<model::Load>& loads_;
  const runtime::Target& target_;
  const std::uint64_t seed_;
  std::vector<Menu> menus_;  // by load
  Saved saved_;
  std::uint64_t orders_ = 0, requests_ = 0, warmup_ = 0;  // subjects given so far

  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;                          // of what the driver of the run reads
  std::vector<std::vector<record::Exchange>> ended_;  // in pieces
  std::vector<Schedule> schedules_;
  int running_ = 0;
  int walking_ = 0;  // flows
};

}  // namespace seawall::load
