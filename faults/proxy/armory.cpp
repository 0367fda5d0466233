#include "faults/proxy/armory.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::proxy {

namespace {

bool aims_at(const model::Fault& fault, const base::Link& link) {
  if (fault.link) return fault.link->covers(link);
  return std::any_of(fault.at_call.begin(), fault.at_call.end(), [&](const model::Point& point) {
    return !point.durable_write && point.link.covers(link);
  });
}

bool aims_at_a_write_of(const model::Fault& fault, std::string_view node) {
  return std::any_of(fault.at_call.begin(), fault.at_call.end(), [&](const model::Point& point) {
    return point.durable_write && point.link.from == node;
  });
}

}  // namespace

Armory::Armory(std::vector<plan::Armed> faults, Emit emit)
    : faults_(std::move(faults)),
      emit_(std::move(emit)),
      states_(faults_.size()),
      armed_(std::make_shared<const std::vector<plan::Armed>>()) {
  for (std::size_t position = 0; position < faults_.size(); ++position) {
    base::require(faults_[position].position == position, "faults are given by position");
    states_[position].use.name = faults_[position].fault->name;
  }
}

bool Armory::strikes_now(std::uint16_t position) const {
  const plan::Armed& fault = at(position);
  return fault.node != plan::NodeEffect::none && fault.fault->at_call.empty();
}

void Armory::arm(std::uint16_t position, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State& state = states_.at(position);
  base::require(!state.armed, "a fault is armed once at a time");
  state.armed = true;
  state.use.was_armed = true;
  state.use.armed = now;
  state.use.healed = {};
  list_armed();
  tell(state, "armed", now);
}

void Armory::disarm(std::uint16_t position, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State& state = states_.at(position);
  state.armed = false;
  list_armed();
  if (!state.holds_down) healed(state, now);
}

bool Armory::active(std::uint16_t position) const {
  const std::lock_guard lock(mutex_);
  const State& state = states_.at(position);
  if (state.holds_down) return true;
  const bool ends_with_its_node =
      at(position).node == plan::NodeEffect::crash && at(position).fault->at_call.empty();
  return state.armed && !ends_with_its_node;
}

Armory::Armed Armory::armed() const {
  const std::lock_guard lock(mutex_);
  return armed_;
}

void Armory::list_armed() {
  auto list = std::make_shared<std::vector<plan::Armed>>();
  for (std::size_t position = 0; position < states_.size(); ++position)
    if (states_[position].armed) list->push_back(faults_[position]);
  armed_ = std::move(list);
}

void Armory::met_call(const base::Link& link, const plan::Decision& decision, base::Subject subject,
                      TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (const plan::Armed& armed : *armed_)
    if (aims_at(*armed.fault, link)) ++states_[armed.position].use.calls;
  for (const std::uint16_t position : decision.reached) ++states_[position].use.reached;
  for (const std::uint16_t position : decision.hit)
    hit(states_[position], base::to_text(link), subject, now);
}

void Armory::cut(std::uint16_t position, record::Exchange& row, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto at = std::lower_bound(row.faults.begin(), row.faults.end(), position);
  if (at != row.faults.end() && *at == position) return;  // it acted on this request before
  row.faults.insert(at, position);
  ++states_[position].use.reached;
  hit(states_[position], base::to_text(row.link), row.index.subject, now);
}

void Armory::met_write(const plan::WriteDecision& decision, std::string_view node,
                       base::Subject subject, TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (const plan::Armed& armed : *armed_)
    if (aims_at_a_write_of(*armed.fault, node)) ++states_[armed.position].use.calls;
  for (const std::uint16_t position : decision.hit) {
    ++states_[position].use.reached;
    hit(states_[position], std::string(node), subject, now);
  }
}

void Armory::met_node(std::uint16_t position, std::string_view node, bool struck, TimePoint now) {
  const std::lock_guard lock(mutex_);
  State& state = states_.at(position);
  ++state.use.reached;
  if (struck) hit(state, std::string(node), {}, now);
}

void Armory::node_down(std::uint16_t position, std::string_view node) {
  const std::lock_guard lock(mutex_);
  states_.at(position).holds_down = std::string(node);
}

void Armory::node_up(std::string_view node, TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (std::size_t position = 0; position < states_.size(); ++position) {
    State& state = states_[position];
    if (state.holds_down != node) continue;
    state.holds_down.reset();
    const bool at_a_point = !faults_[position].fault->at_call.empty();
    if (!state.armed || !at_a_point) healed(state, now);
  }
}

std::vector<record::FaultUse> Armory::uses() const {
  const std::lock_guard lock(mutex_);
  std::vector<record::FaultUse> uses;
  for (const State& state : states_) uses.push_back(state.use);
  return uses;
}

void Armory::hit(State& state, std::string where, base::Subject subject, TimePoint now) {
  ++state.use.hit;
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::hit;
  event.where = std::move(where);
  event.name = state.use.name;
  event.subject = subject;
  emit_(std::move(event));
}

void Armory::healed(State& state, TimePoint now) {
  if (state.use.healed != TimePoint{}) return;
  state.use.healed = now;
  tell(state, "healed", now);
}

void Armory::tell(const State& state, std::string what, TimePoint now) {
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::fault;
  event.name = state.use.name;
  event.what = std::move(what);
  emit_(std::move(event));
}

}  // namespace seawall::proxy
