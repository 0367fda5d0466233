#include "harness/sim/world.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::sim {

namespace {

constexpr Duration between_samples = std::chrono::milliseconds(100);
constexpr Duration longest_start = std::chrono::seconds(60);

// Whether a node that does nothing leaves this for later. Restarts and what happens on links do not
// depend on the node.
bool waits_for_resume(DueKind kind) {
  return kind != DueKind::restart && kind != DueKind::drained && kind != DueKind::fate;
}

}  // namespace

World::World(const runtime::WorldSetup& setup)
    : setup_(setup),
      journal_(setup.is_brief),
      faults_(setup.faults, setup.target->links, journal_) {
  if (setup.is_brief) next_sample_ = TimePoint::max();
  nodes_.push_back(std::make_unique<Node>(0, "client"));
  for (const runtime::Node& plan : setup.target->nodes) {
    nodes_.push_back(std::make_unique<Node>(static_cast<std::uint16_t>(nodes_.size()), plan.name));
    nodes_.back()->plan = &plan;
  }
  base::require(nodes_.size() < 4096, "a target has fewer than 4096 nodes");
  const auto network = base::KeyedRandom(setup.seed).with("network");
  for (const base::Link& link : setup.target->links)
    lines_.push_back({lines_.size(), link, &node_named(link.from), &node_named(link.to),
                      network.with(base::service_of(link.from)).with(base::service_of(link.to))});
  nodes_.front()->incarnation = std::make_unique<Incarnation>(*this, *nodes_.front());
  nodes_.front()->state = Node::State::serving;
}

// Frames withdraw what they wait for, so they end before anything else here does.
World::~World() {
  over_ = true;
  dying_.clear();
  for (const auto& node : nodes_) node->incarnation.reset();
}

base::expected<void, std::string> World::start() {
  for (const auto& node : nodes_) {
    if (!node->plan) continue;
    start_node(*node);
    bury();
    const TimePoint limit = now() + longest_start;
    while (node->state == Node::State::starting && due_by(limit)) advance(timeline_.next_at());
    if (node->state == Node::State::down)
      return base::unexpected("the service '" + node->name + "' could not start");
    if (node->state == Node::State::starting)
      return base::unexpected("the service '" + node->name + "' was not ready within 60s");
  }
  return {};
}

void World::advance(TimePoint until) {
  while (true) {
    if (interrupted_.load(std::memory_order_relaxed)) {
      interrupted_.store(false, std::memory_order_relaxed);
      return;
    }
    const bool due = due_by(until);
    const TimePoint next = due ? timeline_.next_at() : until;
    while (next_sample_ <= next) take_samples();
    if (!due) break;
    dispatch(timeline_.next());
  }
  timeline_.advance_to(std::max(until, now()));
}

bool World::due_by(TimePoint limit) {
  return timeline_.due_by(limit, [this](const Due& due) { return is_stale(due); });
}

bool World::is_stale(const Due& due) {
  switch (due.kind()) {
    case DueKind::restart:
    case DueKind::drained:
      return nodes_[due.node()]->incarnations != due.generation;
    case DueKind::fate:
    case DueKind::delivery:
    case DueKind::answer:
    case DueKind::cut:
    case DueKind::connect:
    case DueKind::deadline:
      return flights_[due.slot].generation != due.generation;
    case DueKind::commit:
      return commits_[due.slot].generation != due.generation;
    case DueKind::read:
    case DueKind::scan:
    case DueKind::wake:
      return waits_[due.slot].generation != due.generation;
  }
  return false;
}

void World::dispatch(const Due& due) {
  Node& node = *nodes_[due.node()];
  if (node.pauses > 0 && waits_for_resume(due.kind())) {
    node.deferred.push_back(due);
    return;
  }
  switch (due.kind()) {
    case DueKind::restart:
      if (node.state == Node::State::down && node.incarnations == due.generation) start_node(node);
      break;
    case DueKind::drained:
      if (node.incarnations == due.generation)
        end_drain(node, static_cast<std::uint16_t>(due.slot));
      break;
    case DueKind::fate:
    case DueKind::delivery:
    case DueKind::answer:
    case DueKind::cut:
    case DueKind::connect:
    case DueKind::deadline:
      move(due);
      break;
    case DueKind::commit:
      if (node.locks.empty())
        commit(due);
      else
        wait_for_lock(node, due);
      break;
    case DueKind::read:
    case DueKind::scan:
    case DueKind::wake:
      end_wait(due);
      break;
  }
  if (!dying_.empty()) bury();
}

void World::take_samples() {
  for (const auto& node : nodes_) {
    if (!node->plan) continue;
    record::Sample sample;
    sample.t = next_sample_;
    sample.node = node->name;
    if (node->incarnation) {
      const runtime::Capacity& capacity = node->incarnation->capacity;
      sample.queued = capacity.queued();
      sample.in_flight = capacity.in_flight();
      sample.oldest = capacity.oldest();
    }
    journal_.sample(std::move(sample));
  }
  next_sample_ += between_samples;
}

void World::drive(std::function<runtime::Task<>(runtime::Env&)> make) {
  Incarnation& client = *nodes_.front()->incarnation;
  client.frames.spawn(make(client.env));
  bury();
}

runtime::Lease World::arm(std::uint16_t position) {
  faults_.arm(position, now());
  if (faults_.strikes_now(position)) {
    const plan::Armed& fault = faults_.at(position);
    Node& node = node_named(fault.fault->node);
    if (fault.node != plan::NodeEffect::lock)
      faults_.met_node(position, node.name, strikes(fault.node, node), now());
    strike(fault, node);
    bury();
  }
  cut(faults_.at(position));
  return runtime::Lease(*this, position);
}

// A restart strikes later, in end_drain(), and a lock with the first write that waits for it.
bool World::strikes(plan::NodeEffect effect, const Node& node) {
  switch (effect) {
    case plan::NodeEffect::pause:
      return node.state != Node::State::down && !node.drains();
    case plan::NodeEffect::lock:
    case plan::NodeEffect::restart:
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return false;
    case plan::NodeEffect::crash:
    case plan::NodeEffect::clock_jump:
      return node.state != Node::State::down;
  }
  return false;
}

void World::strike(const plan::Armed& fault, Node& node) {
  switch (fault.node) {
    case plan::NodeEffect::crash:
      return kill(node, fault.position);
    case plan::NodeEffect::pause:
      return pause(node);
    case plan::NodeEffect::lock:
      return lock(node, fault.position);
    case plan::NodeEffect::restart:
      return drain(node, fault.position);
    case plan::NodeEffect::clock_jump:
      node.wall_offset += fault.fault->jump.by;
      return;
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return;
  }
}

void World::disarm(std::uint16_t position) {
  if (over_) return;
  faults_.disarm(position, now());
  connect_again();
  const plan::Armed& fault = faults_.at(position);
  switch (fault.node) {
    case plan::NodeEffect::pause:
      return resume(node_named(fault.fault->node));
    case plan::NodeEffect::lock:
      return unlock(node_named(fault.fault->node), position);
    case plan::NodeEffect::clock_jump:
      node_named(fault.fault->node).wall_offset -= fault.fault->jump.by;
      return;
    case plan::NodeEffect::crash:
    case plan::NodeEffect::restart:
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return;
  }
}

void World::heal_all() {
  for (const auto& node : nodes_) {
    if (node->drains()) cancel_drain(*node);
    if (node->state == Node::State::down && !node->restarts) start_node(*node);
  }
  release_held(nullptr);
  bury();
}

bool World::quiet() const {
  return flights_.in_use() == 0 && std::all_of(nodes_.begin(), nodes_.end(),
                                               [](const auto& node) { return node->listens(); });
}

void World::read_ledger(std::vector<record::LedgerRow>& rows) { journal_.read_ledger(rows); }

void World::finish(record::Record& record) {
  over_ = true;
  for (const auto& node : nodes_) {
    if (node->incarnation && node->incarnation->service && !setup_.is_brief)
      journal_.add(node->incarnation->service->patterns());
    node->incarnation.reset();
  }
  journal_.hand_over(record);
  record.faults = faults_.uses();
}

}  // namespace seawall::sim
