// The life of a node: start, drain, crash, restart, pause.
#include <algorithm>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/sim/world.hpp"

namespace seawall::sim {

namespace {

using namespace std::chrono_literals;

// What the wall says at virtual time 0; any fixed day would do.
constexpr base::WallTime epoch = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

}  // namespace

Incarnation::Incarnation(World& world, Node& node)
    : env(world, node),
      service(node.plan ? node.plan->make(env) : nullptr),
      capacity(env, node.name, node.plan ? node.plan->capacity : model::Capacity{}) {}

TimePoint NodeEnv::now() const { return world_.now(); }
base::WallTime NodeEnv::wall() const {
  return epoch + world_.now().time_since_epoch() + node_.wall_offset;
}
std::uint64_t NodeEnv::seed() const { return world_.setup_.seed; }

void NodeEnv::start(runtime::Sleep& sleep) {
  if (!dead_) world_.wait(node_, sleep, DueKind::wake, sleep.until);
}
void NodeEnv::start(runtime::Call& call) {
  if (!dead_) world_.send(node_, call);
}
void NodeEnv::start(runtime::Read& read) {
  if (!dead_) world_.wait(node_, read, DueKind::read, now() + World::read_latency);
}
void NodeEnv::start(runtime::Scan& scan) {
  if (!dead_) world_.wait(node_, scan, DueKind::scan, now() + World::read_latency);
}
void NodeEnv::start(runtime::Write& write) {
  if (!dead_) world_.write(node_, write);
}
void NodeEnv::withdraw(runtime::Operation& operation) noexcept { world_.withdraw(operation); }
void NodeEnv::hasten(runtime::Sleep& sleep) {
  if (!dead_) world_.hasten(node_, sleep);
}
void NodeEnv::emit(record::Event event) {
  if (dead_ || world_.over_) return;
  event.t = now();
  world_.journal_.emit(std::move(event));
}
void NodeEnv::spawn(runtime::Task<> task) {
  if (!dead_) node_.incarnation->frames.spawn(std::move(task));
}

Node& World::node_named(std::string_view name) {
  const auto at = std::find_if(nodes_.begin(), nodes_.end(),
                               [&](const auto& node) { return node->name == name; });
  base::require(at != nodes_.end(), "links and faults name nodes of the target");
  return **at;
}

void World::start_node(Node& node) {
  node.state = Node::State::starting;
  node.restarts = false;
  ++node.incarnations;
  node.incarnation = std::make_unique<Incarnation>(*this, node);
  node.incarnation->frames.spawn(boot(node, *node.incarnation));
}

runtime::Task<> World::boot(Node& node, Incarnation& incarnation) {
  const bool ready = co_await incarnation.service->start();
  if (!incarnation.env.dead()) {
    if (ready)
      serves(node);
    else
      end_incarnation(node);
  }
  co_return runtime::Unit{};
}

void World::serves(Node& node) {
  node.state = Node::State::serving;
  tell(node, "up");
  faults_.node_up(node.name, now());
  release_held(&node);
}

void World::kill(Node& node, std::uint16_t position) {
  if (node.state == Node::State::down) return;
  end_incarnation(node);
  faults_.node_down(position, node.name);
  if (const auto restart = faults_.at(position).fault->restart) {
    node.restarts = true;
    timeline_.schedule(now() + *restart, node.number, DueKind::restart, node.number,
                       node.incarnations);
  }
}

// It finishes what it has, and dies when its time is over.
void World::drain(Node& node, std::uint16_t position) {
  if (!node.listens()) return;
  faults_.node_down(position, node.name);
  tell(node, "draining");
  node.incarnation->capacity.drain();
  timeline_.schedule(now() + faults_.at(position).fault->drain, node.number, DueKind::drained,
                     position, node.incarnations);
}

// Somebody else may have killed it meanwhile.
void World::end_drain(Node& node, std::uint16_t position) {
  if (!node.drains()) return;
  faults_.drained(position, node.name, now());
  kill(node, position);
}

void World::cancel_drain(Node& node) {
  node.incarnation->capacity.resume();
  tell(node, "up");
  faults_.node_up(node.name, now());
}

// Effects stop at once. The frames end in bury(), as one of them may be running.
void World::end_incarnation(Node& node) {
  node.state = Node::State::down;
  node.incarnation->env.die();
  tell(node, "down");
  lose_power(node);
  reset_flights(node);
  node.pauses = 0;
  for (const Due& due : node.deferred) timeline_.schedule_again(due);
  node.deferred.clear();
  dying_.push_back(std::move(node.incarnation));
}

void World::bury() {
  while (!dying_.empty()) {
    const std::unique_ptr<Incarnation> last = std::move(dying_.back());
    dying_.pop_back();
    if (!setup_.is_brief) journal_.add(last->service->patterns());
  }
}

void World::pause(Node& node) {
  if (node.state == Node::State::down || node.drains()) return;
  if (++node.pauses == 1) tell(node, "paused");
}

void World::resume(Node& node) {
  if (node.pauses == 0 || --node.pauses > 0) return;
  tell(node, "resumed");
  std::vector<Due> deferred;
  std::swap(deferred, node.deferred);
  for (const Due& due : deferred) dispatch(due);
}

void World::lock(Node& node, std::uint16_t position) {
  for (const auto& other : nodes_)
    if (other.get() == &node || setup_.target->one_database)
      other->locks.push_back({position, false});
}

void World::unlock(Node& node, std::uint16_t position) {
  for (const auto& other : nodes_) {
    if (other.get() != &node && !setup_.target->one_database) continue;
    std::erase_if(other->locks, [&](const Node::Lock& lock) { return lock.by == position; });
    if (!other->locks.empty()) continue;
    for (const Due& due : std::exchange(other->locked, {})) dispatch(due);
  }
}

void World::wait_for_lock(Node& node, const Due& commit) {
  node.locked.push_back(commit);
  for (Node::Lock& lock : node.locks)
    if (!std::exchange(lock.met, true)) faults_.met_node(lock.by, node.name, true, now());
}

void World::tell(const Node& node, std::string what) {
  record::Event event;
  event.t = now();
  event.kind = record::Event::Kind::node;
  event.where = node.name;
  event.what = std::move(what);
  event.value = node.incarnations;
  journal_.emit(std::move(event));
}

}  // namespace seawall::sim
