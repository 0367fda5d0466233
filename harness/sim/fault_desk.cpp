#include "harness/sim/fault_desk.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::sim {

namespace {

bool aims_at(const model::Fault& fault, const base::Link& link) {
  if (fault.link) return fault.link->covers(link);
  return std::any_of(fault.at_call.begin(), fault.at_call.end(), [&](const model::Point& point) {
    return !point.durable_write && point.link.covers(link);
  });
}

bool aims_at_a_write(const model::Fault& fault) {
  return std::any_of(fault.at_call.begin(), fault.at_call.end(),
                     [](const model::Point& point) { return point.durable_write; });
}

}  // namespace

FaultDesk::FaultDesk(std::vector<plan::Armed> faults, const std::vector<base::Link>& links,
                     Journal& journal)
    : links_(links), journal_(journal), on_link_(links.size()) {
  for (const plan::Armed& fault : faults) {
    base::require(fault.position == states_.size(), "faults are given by position");
    State& state = states_.emplace_back();
    state.fault = fault;
    state.use.name = fault.fault->name;
    aims_at_writes_ |= aims_at_a_write(*fault.fault);
  }
}

bool FaultDesk::strikes_now(std::uint16_t position) const {
  const plan::Armed& fault = states_[position].fault;
  return fault.node != plan::NodeEffect::none && fault.fault->at_call.empty();
}

void FaultDesk::arm(std::uint16_t position, TimePoint now) {
  State& state = states_.at(position);
  base::require(!state.armed, "a fault is armed once at a time");
  state.armed = true;
  state.use.was_armed = true;
  state.use.armed = now;
  state.use.healed = {};
  list_armed();
  tell(state, "armed", now);
}

void FaultDesk::disarm(std::uint16_t position, TimePoint now) {
  State& state = states_.at(position);
  state.armed = false;
  list_armed();
  if (!state.holds_down) healed(state, now);
}

bool FaultDesk::active(std::uint16_t position) const {
  const State& state = states_.at(position);
  if (state.holds_down) return true;
  const bool ends_with_its_node =
      state.fault.node == plan::NodeEffect::crash && state.fault.fault->at_call.empty();
  return state.armed && !ends_with_its_node;
}

void FaultDesk::list_armed() {
  on_writes_.clear();
  for (auto& armed : on_link_) armed.clear();
  for (const State& state : states_) {
    if (!state.armed) continue;
    if (aims_at_a_write(*state.fault.fault)) on_writes_.push_back(state.fault);
    for (std::size_t link = 0; link < links_.size(); ++link)
      if (aims_at(*state.fault.fault, links_[link])) on_link_[link].push_back(state.fault);
  }
}

void FaultDesk::met_call(std::size_t link, const plan::Decision& decision,
                         const record::Exchange& row) {
  for (const plan::Armed& armed : on_link_[link]) ++states_[armed.position].use.calls;
  for (const std::uint16_t position : decision.reached) ++states_[position].use.reached;
  for (const std::uint16_t position : decision.hit)
    hit(states_[position], base::to_text(links_[link]), row.index.subject, row.sent);
}

void FaultDesk::cut(std::uint16_t position, record::Exchange& row, TimePoint now) {
  const auto at = std::lower_bound(row.faults.begin(), row.faults.end(), position);
  if (at != row.faults.end() && *at == position) return;  // it acted on this request before
  row.faults.insert(at, position);
  ++states_[position].use.reached;
  hit(states_[position], base::to_text(row.link), row.index.subject, now);
}

void FaultDesk::met_write(const plan::WriteDecision& decision, std::string_view node,
                          base::Subject subject, TimePoint now) {
  for (const plan::Armed& armed : on_writes_)
    if (armed.fault->node.empty() || armed.fault->node == node) ++states_[armed.position].use.calls;
  for (const std::uint16_t position : decision.hit) {
    ++states_[position].use.reached;
    hit(states_[position], std::string(node), subject, now);
  }
}

void FaultDesk::met_node(std::uint16_t position, std::string_view node, bool struck,
                         TimePoint now) {
  State& state = states_[position];
  ++state.use.reached;
  if (struck) hit(state, std::string(node), {}, now);
}

void FaultDesk::hit(State& state, std::string where, base::Subject subject, TimePoint now) {
  ++state.use.hit;
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::hit;
  event.where = std::move(where);
  event.name = state.use.name;
  event.subject = subject;
  journal_.emit(std::move(event));
}

void FaultDesk::node_down(std::uint16_t position, std::uint16_t node) {
  states_[position].holds_down = node;
}

void FaultDesk::node_up(std::uint16_t node, TimePoint now) {
  for (State& state : states_) {
    if (state.holds_down != node) continue;
    state.holds_down.reset();
    const bool at_a_point = !state.fault.fault->at_call.empty();
    if (!state.armed || !at_a_point) healed(state, now);
  }
}

void FaultDesk::healed(State& state, TimePoint now) {
  if (state.use.healed != TimePoint{}) return;
  state.use.healed = now;
  tell(state, "healed", now);
}

void FaultDesk::tell(const State& state, std::string what, TimePoint now) {
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::fault;
  event.name = state.use.name;
  event.what = std::move(what);
  journal_.emit(std::move(event));
}

std::vector<record::FaultUse> FaultDesk::uses() const {
  std::vector<record::FaultUse> uses;
  for (const State& state : states_) uses.push_back(state.use);
  return uses;
}

}  // namespace seawall::sim
