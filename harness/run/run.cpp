#include "harness/run/run.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/levels.hpp"
#include "harness/check/own_invariants.hpp"
#include "harness/check/validity.hpp"
#include "harness/load/generator.hpp"
#include "harness/run/late_addresses.hpp"
#include "harness/run/load_commands.hpp"
#include "harness/run/looks.hpp"
#include "harness/run/settling.hpp"
#include "harness/run/time_line.hpp"

namespace seawall::run {
namespace {

using base::TimePoint;
using namespace std::chrono_literals;

constexpr Duration look_every = 100ms;  // at faults that end by themselves, at interruptions
constexpr Duration look_at_rest_every = 500ms;
constexpr Duration probes_when_interrupted = 1s;  // that a look may take then
constexpr Duration drain_at_most = 5s;            // of the pause before the steady state is judged

std::vector<model::Load> sent_by_us(std::vector<model::Load> loads) {
  std::erase_if(loads, [](const model::Load& load) { return !load.command.empty(); });
  return loads;
}

class Phases {
 public:
  explicit Phases(const Setup& setup)
      : scenario_(*setup.scenario),
        world_(*setup.world),
        watcher_(*setup.watcher),
        interrupts_(*setup.interrupts),
        fault_commands_(setup.fault_commands),
        sent_(sent_by_us(scenario_.loads)),
        generator_(sent_, *setup.target, scenario_.run.seed),
        load_commands_(scenario_.loads, setup.workplace),
        time_line_(scenario_.faults, scenario_.run.duration),
        looks_(scenario_),
        make_asker_(setup.make_asker),
        leases_(scenario_.faults.size()) {}

  Outcome run();

 private:
  bool start();
  void warm_up();
  bool steady_state_holds();
  void load();
  void heal();
  void heal_commands();
  void command(std::uint16_t position, bool arm);
  void end_undone();
  void settle();
  bool rest_holds();
  void finish();

  void enter(std::string name);
  void drive(load::Arrivals::Part part, Duration length);
  void apply_time_line();
  void look();
  void await_probes();
  // By the user, by a stop condition, or because something has failed and no verdict will come.
  bool stop_asked() const {
    return interrupts_.load() > 0 || !outcome_.record.stopped_by.empty() ||
           !outcome_.environment_error.empty() || !world_.failure().empty();
  }
  bool is_command(std::uint16_t position) const {
    return fault_commands_ && fault_commands_->has(position);
  }
  Duration since_zero() const { return world_.now() - outcome_.record.time_zero; }

  const model::Scenario& scenario_;
  runtime::World& world_;
  Watcher& watcher_;
  const std::atomic<int>& interrupts_;
  FaultCommands* const fault_commands_;
  const std::vector<model::Load> sent_;  // all but those that commands make
  load::Generator generator_;
  LoadCommands load_commands_;
  TimeLine time_line_;
  Looks looks_;
  const decltype(Setup::make_asker)& make_asker_;
  std::vector<runtime::Lease> leases_;  // by position; end before the world does
  Outcome outcome_;
  Duration next_tick_ = 1s;
  TimePoint next_rest_{};
  std::size_t ticked_ = 0;  // rows of the history that a tick has seen
};

Outcome Phases::run() {
  if (start()) {
    warm_up();
    if (stop_asked() || steady_state_holds()) {
      if (!stop_asked()) load();
      heal();
      settle();
    }
  }
  finish();
  return std::move(outcome_);
}

void Phases::enter(std::string name) {
  watcher_.phase(name);
  record::Event event;
  event.t = world_.now();
  event.kind = record::Event::Kind::phase;
  event.name = std::move(name);
  outcome_.record.events.push_back(std::move(event));
}

void Phases::drive(load::Arrivals::Part part, Duration length) {
  const TimePoint zero = outcome_.record.time_zero;
  world_.drive([this, part, length, zero](runtime::Env& env) {
    return generator_.run(env, part, length, zero);
  });
}

bool Phases::start() {
  enter("start");
  const auto started = world_.start();
  if (!started) {
    outcome_.environment_error = started.error();
    return false;
  }
  const model::Addresses known = late_addresses(world_);
  if (looks_.any()) {
    base::require(make_asker_ != nullptr, "a scenario with probes is run with who asks them");
    looks_.ask_with(make_asker_(known));
  }
  const auto prepared =
      fault_commands_ ? fault_commands_->prepare(known) : base::expected<void, std::string>();
  if (!prepared) outcome_.environment_error = prepared.error();
  return prepared.has_value();
}

void Phases::warm_up() {
  record::Record& record = outcome_.record;
  record.warmup_start = world_.now();
  record.time_zero = record.warmup_start + scenario_.run.warmup;
  enter("warm-up");
  drive(load::Arrivals::Part::warmup, scenario_.run.warmup);
  while (!stop_asked() && world_.now() < record.time_zero)
    world_.advance(std::min(record.time_zero, world_.now() + look_every));
}

// Judged over the warm-up, with the load paused and drained; if it does not hold, nothing is
// injected.
bool Phases::steady_state_holds() {
  if (scenario_.steady_state.empty()) return true;
  enter("steady state");
  record::Record& record = outcome_.record;
  const TimePoint limit = world_.now() + drain_at_most;
  while (!stop_asked() && !generator_.idle() && world_.now() < limit)
    world_.advance(std::min(limit, world_.now() + look_every));
  generator_.collect(record.history);
  if (stop_asked()) return true;
  looks_.before_faults();
  await_probes();
  for (const record::Finding& finding :
       check::judge_steady_state(scenario_, record, world_.now())) {
    if (finding.status == record::Finding::Status::held) continue;
    if (!outcome_.environment_error.empty()) outcome_.environment_error += "; ";
    outcome_.environment_error += finding.name + ": " + finding.value + ' ' + finding.why;
  }
  record.time_zero = world_.now();
  if (outcome_.environment_error.empty()) return true;
  outcome_.environment_error =
      "the steady state does not hold before any fault: " + outcome_.environment_error;
  return false;
}

void Phases::load() {
  record::Record& record = outcome_.record;
  enter("load");
  // Before anything is sent: a fault may be aimed at the first call of a request of time 0.
  apply_time_line();
  drive(load::Arrivals::Part::load, scenario_.run.duration);
  if (const auto made = load_commands_.start(late_addresses(world_)); !made)
    outcome_.environment_error = made.error();
  const TimePoint end = record.time_zero + scenario_.run.duration;
  while (!stop_asked() && world_.now() < end) {
    apply_time_line();
    looks_.during(since_zero());
    TimePoint until = std::min(end, world_.now() + look_every);
    if (const auto next = time_line_.next(); next && record.time_zero + *next > world_.now())
      until = std::min(until, record.time_zero + *next);
    if (const auto next = looks_.next()) until = std::min(until, record.time_zero + *next);
    world_.advance(until);
    look();
  }
  record.load_end = world_.now();
}

// Those that do not come within their own limits leave their conditions undecided. Who interrupts
// a run does not want to wait for one that hangs.
void Phases::await_probes() {
  const TimePoint begun = world_.now();
  const auto limit = [&] {
    return begun + (interrupts_.load() == 0 ? looks_.longest()
                                            : std::min(looks_.longest(), probes_when_interrupted));
  };
  while (interrupts_.load() < 2 && !looks_.idle() && world_.now() < limit())
    world_.advance(std::min(limit(), world_.now() + look_every));
  looks_.collect(outcome_.record);
}

void Phases::apply_time_line() {
  for (std::uint16_t i = 0; i < scenario_.faults.size(); ++i)
    if (scenario_.faults[i].when && world_.seen(i)) time_line_.saw(i, since_zero());
  end_undone();
  const auto active = [this](std::uint16_t position) { return world_.active(position); };
  for (const TimeLine::Action& action : time_line_.due(since_zero(), active)) {
    const bool arm = action.kind == TimeLine::Action::Kind::arm;
    if (is_command(action.position))
      command(action.position, arm);
    else
      leases_[action.position] = arm ? world_.arm(action.position) : runtime::Lease();
    watcher_.fault(scenario_.faults[action.position], arm, since_zero());
  }
}

// A command takes its time to undo what another one did, and until then the fault acts.
void Phases::command(std::uint16_t position, bool arm) {
  if (!arm) return fault_commands_->heal(position);
  leases_[position] = runtime::Lease();  // of its last turn, where that is not undone yet
  leases_[position] = world_.arm(position);
  fault_commands_->arm(position);
}

void Phases::end_undone() {
  for (std::uint16_t i = 0; i < leases_.size(); ++i)
    if (is_command(i) && fault_commands_->is_undone(i)) leases_[i] = runtime::Lease();
}

// Once a second: what the watcher sees, and whether a stop condition is met.
void Phases::look() {
  if (since_zero() < next_tick_) return;
  next_tick_ += 1s;
  record::Record& record = outcome_.record;
  generator_.collect(record.history);
  looks_.collect(record);
  Tick tick;
  tick.at = since_zero();
  tick.in_flight = generator_.in_flight();
  std::vector<Duration> latencies;
  for (; ticked_ < record.history.size(); ++ticked_) {
    const record::Exchange& row = record.history[ticked_];
    ++tick.answered;
    if (!row.expected) ++tick.unexpected;
    latencies.push_back(row.ended - row.intended);
  }
  std::sort(latencies.begin(), latencies.end());
  if (!latencies.empty()) {
    tick.p50 = latencies[(latencies.size() - 1) / 2];
    tick.p99 = latencies[(latencies.size() - 1) * 99 / 100];
  }
  watcher_.tick(tick);
  for (const model::StopWhen& stop : scenario_.stop_when)
    if (record.stopped_by.empty() && check::is_met(stop, scenario_, record, world_.now()))
      record.stopped_by = stop.that.text;
}

void Phases::heal() {
  enter("heal");
  if (stop_asked()) generator_.stop();
  load_commands_.ask_to_end();
  record::Record& record = outcome_.record;
  if (record.load_end == TimePoint{}) record.load_end = world_.now();
  const bool acting = time_line_.any_acts() || (fault_commands_ && !fault_commands_->idle());
  for (std::uint16_t i = 0; i < leases_.size(); ++i)
    if (!is_command(i)) leases_[i] = runtime::Lease();
  heal_commands();
  world_.heal_all();
  load_commands_.await_end();
  record.healed = acting                   ? world_.now()
                  : time_line_.last_heal() ? record.time_zero + *time_line_.last_heal()
                                           : record.load_end;
}

void Phases::heal_commands() {
  if (!fault_commands_) return;
  for (std::uint16_t i = 0; i < leases_.size(); ++i)
    if (is_command(i)) fault_commands_->heal(i);
  while (!fault_commands_->idle()) world_.advance(world_.now() + look_every);
  end_undone();
}

void Phases::settle() {
  enter("settle");
  record::Record& record = outcome_.record;
  Settling settling(scenario_);
  const TimePoint limit = std::max(record.load_end, record.healed) + scenario_.run.settle;
  std::size_t seen = 0;
  while (interrupts_.load() < 2 && world_.failure().empty()) {
    world_.read_ledger(record.ledger);
    for (; seen < record.ledger.size(); ++seen) settling.add(record.ledger[seen]);
    if (generator_.idle() && world_.quiet() && settling.settled(world_.now()) && rest_holds()) {
      record.settled = world_.now();
      return;
    }
    if (world_.now() >= limit) break;
    looks_.during(since_zero());
    world_.advance(std::min(limit, world_.now() + look_every));
  }
  looks_.at_the_end();
  await_probes();
}

// A system that repairs itself may need some looks until its probes say so.
bool Phases::rest_holds() {
  if (world_.now() < next_rest_) return false;
  next_rest_ = world_.now() + look_at_rest_every;
  looks_.at_the_end();
  await_probes();
  return check::rest_holds(scenario_, outcome_.record, world_.now());
}

void Phases::finish() {
  enter("end");
  record::Record& record = outcome_.record;
  record.interrupted = interrupts_.load() > 0;
  for (runtime::Lease& lease : leases_) lease = runtime::Lease();
  record.end = world_.now();
  world_.finish(record);
  if (fault_commands_) fault_commands_->tell(record);
  record.tools = load_commands_.uses();
  if (outcome_.environment_error.empty()) outcome_.environment_error = world_.failure();
  generator_.collect(record.history);
  record.loads = generator_.uses();
  for (std::size_t i = 0; i < record.loads.size(); ++i)
    record.loads[i].lateness_limit = check::lateness_limit(scenario_, sent_[i]);
  record.sort();
  check::count_shielded(scenario_, record);
  outcome_.verdict = outcome_.environment_error.empty()
                         ? check::judge(scenario_, record)
                         : check::without_environment(outcome_.environment_error);
}

}  // namespace

Outcome execute(const Setup& setup) { return Phases(setup).run(); }

}  // namespace seawall::run
