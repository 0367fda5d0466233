// One run, from start to verdict, the same in every world:
//
//   start > warm-up > [steady state] > load with faults > heal > settle > verdict
//
// The phases drive a world from one thread. They know nothing of sockets or of virtual time: they
// let the world advance to the next moment of interest and look.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/model/scenario.hpp"
#include "harness/probe/prober.hpp"
#include "harness/record/verdict.hpp"
#include "harness/run/fault_commands.hpp"
#include "harness/run/workplace.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::run {

using base::Duration;

// The last second of the load, for whoever watches.
struct Tick {
  Duration at{};  // since time 0
  std::int64_t answered = 0;
  std::int64_t unexpected = 0;  // of them, not as `expect` has it
  std::int64_t in_flight = 0;
  Duration p50{}, p99{};
};

// Sees a run as it goes on; all of it on the thread that runs.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void phase(std::string_view name) = 0;  // "start" "warm-up" "steady state" "load" ...
  virtual void fault(const model::Fault& fault, bool armed, Duration at) = 0;
  virtual void tick(const Tick& tick) = 0;
};

// Nobody watches.
class Unwatched final : public Watcher {
 public:
  void phase(std::string_view) override {}
  void fault(const model::Fault&, bool, Duration) override {}
  void tick(const Tick&) override {}
};

struct Setup {
  const model::Scenario* scenario = nullptr;
  const runtime::Target* target = nullptr;
  runtime::World* world = nullptr;
  Watcher* watcher = nullptr;
  // How often the user has asked to stop: at 1 the load stops, faults heal, and what there is gets
  // judged. (At 2 the process ends; that is not the run's to do.)
  const std::atomic<int>* interrupts = nullptr;
  // What does the faults of type "command"; null where the scenario has none. It outlives the run,
  // so that it can undo them on any way out.
  FaultCommands* fault_commands = nullptr;
  // Where load is made by commands; null where it is not.
  const Workplace* workplace = nullptr;
  // Makes who asks the probes of the scenario, when the world has started: only then is it known
  // where its services are. Never called where no condition is over a probe.
  std::function<std::unique_ptr<probe::Asker>(const model::Addresses&)> make_asker;
};

struct Outcome {
  record::Record record;
  record::Verdict verdict;
  // The target or the environment failed, or the steady state was not met: exit 6, and the verdict
  // has nothing but that.
  std::string environment_error;
};

Outcome execute(const Setup& setup);

}  // namespace seawall::run
