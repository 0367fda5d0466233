#include "harness/explore/play.hpp"

#include <algorithm>
#include <optional>

#include "faults/kinds/kind.hpp"
#include "harness/base/assert.hpp"
#include "harness/load/generator.hpp"
#include "harness/run/settling.hpp"
#include "harness/run/time_line.hpp"
#include "harness/sim/world.hpp"

namespace seawall::explore {
namespace {

using base::Duration;
using base::KeyedRandom;
using base::TimePoint;
using namespace std::chrono_literals;

constexpr Duration look_every = 100ms;  // as run/run.cpp looks whether all has come to rest

runtime::WorldSetup setup_of(const Stage& stage, std::span<const model::Fault* const> faults,
                             std::uint64_t seed) {
  runtime::WorldSetup setup;
  setup.target = stage.target;
  setup.seed = seed;
  setup.is_brief = true;
  for (std::uint16_t position = 0; const model::Fault* fault : faults)
    setup.faults.push_back(kinds::arm(*fault, position++));
  return setup;
}

// One run: its world and its load, from the first moment to the last.
class Performance {
 public:
  Performance(const Stage& stage, std::span<const model::Fault* const> faults, std::uint64_t seed,
              Looks looks)
      : scenario_(*stage.scenario),
        looks_(looks),
        time_line_(faults, scenario_.run.duration),
        generator_(scenario_.loads, *stage.target, seed),
        world_(setup_of(stage, faults, seed)),
        leases_(faults.size()) {
    if (looks_ == Looks::all) world_.note_writes();
  }

  Played run() {
    const auto started = world_.start();
    base::require(started.has_value(), "services without faults start");
    record_.warmup_start = record_.time_zero = world_.now();
    apply_time_line();
    world_.drive([this](runtime::Env& env) {
      return generator_.run(env, load::Arrivals::Part::load, scenario_.run.duration,
                            record_.time_zero);
    });
    act();
    settle();
    record_.end = world_.now();
    world_.finish(record_);
    generator_.collect(record_.history);
    return result();
  }

 private:
  // The load phase. Looks in vain, as run/run.cpp has them, would change nothing.
  void act() {
    const TimePoint end = record_.time_zero + scenario_.run.duration;
    while (world_.now() < end) {
      apply_time_line();
      TimePoint until = end;
      if (time_line_.any_ends_by_itself()) until = std::min(until, world_.now() + look_every);
      if (const auto next = time_line_.next(); next && record_.time_zero + *next > world_.now())
        until = std::min(until, record_.time_zero + *next);
      world_.advance(until);
    }
    record_.healed = record_.load_end = end;
    if (const auto last = time_line_.last_heal(); last && !time_line_.any_acts())
      record_.healed = record_.time_zero + *last;
    heal();
    world_.heal_all();
  }

  void apply_time_line() {
    const auto active = [this](std::uint16_t position) { return world_.active(position); };
    const Duration since_zero = world_.now() - record_.time_zero;
    for (const run::TimeLine::Action& action : time_line_.due(since_zero, active)) {
      const bool arm = action.kind == run::TimeLine::Action::Kind::arm;
      leases_[action.position] = arm ? world_.arm(action.position) : runtime::Lease();
    }
  }

  void heal() {
    for (runtime::Lease& lease : leases_) lease = runtime::Lease();
  }

  void settle() {
    run::Settling settling(scenario_);
    const TimePoint limit = record_.load_end + scenario_.run.settle;
    std::size_t seen = 0;
    while (true) {
      world_.read_ledger(record_.ledger);
      for (; seen < record_.ledger.size(); ++seen) settling.add(record_.ledger[seen]);
      if (generator_.idle() && world_.quiet() && settling.settled(world_.now())) {
        record_.settled = world_.now();
        return;
      }
      if (world_.now() >= limit) return;
      world_.advance(std::min(limit, world_.now() + look_every));
    }
  }

  Played result();

  const model::Scenario& scenario_;
  const Looks looks_;
  run::TimeLine time_line_;
  load::Generator generator_;  // outlives the world that it is driven by
  sim::World world_;
  std::vector<runtime::Lease> leases_;  // by position; end before the world
  record::Record record_;
};

// The rows of each node in the order of its log, each call by its index with what came of it, and
// how often each node went down and came up; no times, and none of what only the harness knows.
std::uint64_t trace_of(const record::Record& record) {
  KeyedRandom hash(0);
  for (const record::LedgerRow& row : record.ledger)
    hash = hash.with(row.node)
               .with(static_cast<int>(row.machine))
               .with(row.order)
               .with(row.from)
               .with(row.to)
               .with(row.cause)
               .with(row.key)
               .with(row.amount.minor)
               .with(row.quantity)
               .with(row.available_after);
  std::uint64_t calls = 0;  // a sum: the order of calls between different services is no matter
  const auto add = [&calls](const record::Exchange& row) {
    calls += KeyedRandom(row.index.n)
                 .with(row.index.subject)
                 .with(row.link.from)
                 .with(row.link.to)
                 .with(row.index.operation)
                 .with(row.index.label)
                 .with(row.status)
                 .with(row.failure ? 1 + static_cast<int>(*row.failure) : 0)
                 .with(static_cast<int>(row.told.kind))
                 .with(row.copies)
                 .bits();
  };
  for (const record::Exchange& row : record.exchanges) add(row);
  for (const record::Exchange& row : record.history) add(row);
  for (const record::Event& event : record.events)  // what a node knew may be gone
    if (event.kind == record::Event::Kind::node)
      calls += KeyedRandom(0).with("node").with(event.where).with(event.what).bits();
  return hash.with(calls).bits();
}

std::vector<Place> places_of(const model::Target& target, const record::Record& record,
                             const std::vector<sim::World::ClassedWrite>& writes) {
  std::vector<Place> places;
  for (const record::Exchange& row : record.exchanges) {
    // No fault can mean the way from an instance to what its service shares.
    if (row.index.subject.kind != base::Subject::Kind::order || row.link.is_inner()) continue;
    Place& place = places.emplace_back();
    place.met = row.faults;
    place.met_nobody = row.failure == model::Failure::refused && row.faults.empty();
    model::Point& point = place.point;
    point.subject = row.index.subject;
    point.link = base::between_services(row.link);
    point.operation = row.index.operation;
    point.label = row.index.label;
    point.first = point.last = row.index.n;
  }
  for (const sim::World::ClassedWrite& write : writes) {
    if (write.subject.kind != base::Subject::Kind::order) continue;
    // Nor can one be aimed at a write that instances share.
    if (target.instances.count.contains(std::string(base::service_of(write.node)))) continue;
    Place& place = places.emplace_back();
    place.met = write.faults;
    model::Point& point = place.point;
    point.subject = write.subject;
    point.durable_write = true;
    point.link.from = write.node;
    point.operation = write.write_class;
    point.first = point.last = write.n;
  }
  return places;
}

Played Performance::result() {
  Played played;
  played.all_hit =
      std::ranges::all_of(record_.faults, [](const record::FaultUse& use) { return use.hit > 0; });
  if (looks_ == Looks::all) {
    record_.sort();
    played.trace = trace_of(record_);
    played.places = places_of(scenario_.target, record_, world_.noted_writes());
  }
  const check::Evidence evidence(scenario_, record_);
  for (const check::Invariant* invariant : judging_invariants()) {
    record::Finding finding = check::judge(*invariant, evidence);
    if (finding.status == record::Finding::Status::broken)
      played.broken.push_back(std::move(finding));
  }
  // Evidence sorts for itself (and events were numbered as they came), and of a run where all holds
  // nobody looks at more.
  if (looks_ == Looks::verdict && !played.broken.empty()) record_.sort();
  played.record = std::move(record_);
  return played;
}

}  // namespace

Played play(const Stage& stage, std::span<const model::Fault* const> faults, std::uint64_t seed,
            Looks looks) {
  return Performance(stage, faults, seed, looks).run();
}

const std::vector<const check::Invariant*>& judging_invariants() {
  static const std::vector<const check::Invariant*> judging = [] {
    std::vector<const check::Invariant*> all;
    for (const check::Invariant& invariant : check::invariants())
      if (invariant.id != "C2" && invariant.id != "C3") all.push_back(&invariant);
    return all;
  }();
  return judging;
}

}  // namespace seawall::explore
