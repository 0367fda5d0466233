#include "harness/runtime/fault_books.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::runtime {

bool aims_at(const model::Fault& fault, const base::Link& link) {
  if (fault.on_links()) return fault.covers(link);
  return std::any_of(fault.at_call.begin(), fault.at_call.end(), [&](const model::Point& point) {
    return !point.durable_write && point.link.covers(link);
  });
}

bool aims_at_writes_of(const model::Fault& fault, std::string_view node) {
  return std::any_of(fault.at_call.begin(), fault.at_call.end(), [&](const model::Point& point) {
    return point.durable_write && point.link.from == node;
  });
}

FaultBooks::FaultBooks(std::vector<plan::Armed> faults, Emit emit)
    : faults_(std::move(faults)),
      emit_(std::move(emit)),
      any_waits_(std::any_of(faults_.begin(), faults_.end(),
                             [](const plan::Armed& fault) { return fault.fault->when; })),
      states_(faults_.size()) {
  for (std::size_t position = 0; position < faults_.size(); ++position) {
    base::require(faults_[position].position == position, "faults are given by position");
    states_[position].use.name = faults_[position].fault->name;
  }
}

bool FaultBooks::strikes_now(std::uint16_t position) const {
  const plan::Armed& fault = at(position);
  return fault.node != plan::NodeEffect::none && fault.fault->at_call.empty();
}

void FaultBooks::arm(std::uint16_t position, TimePoint now) {
  State& state = states_.at(position);
  base::require(!state.armed, "a fault is armed once at a time");
  state.armed = true;
  state.last_armed = now;
  if (!state.use.was_armed) state.use.armed = now;  // one that flaps counts from its first time
  state.use.was_armed = true;
  state.use.healed = {};
  tell(state, "armed", now);
}

void FaultBooks::disarm(std::uint16_t position, TimePoint now) {
  State& state = states_.at(position);
  state.armed = false;
  if (!state.holds_down) healed(state, now);
}

bool FaultBooks::active(std::uint16_t position) const {
  const State& state = states_.at(position);
  if (state.holds_down) return true;
  return state.armed && !at(position).fault->ends_with_its_node();
}

std::vector<plan::Armed> FaultBooks::armed() const {
  std::vector<plan::Armed> armed;
  for (const plan::Armed& fault : faults_) {
    const State& state = states_[fault.position];
    if (!state.armed) continue;
    plan::Armed& one = armed.emplace_back(fault);
    one.met = &state.use.reached;
    one.since = state.use.armed;
    one.armed = state.last_armed;
  }
  return armed;
}

void FaultBooks::met_call(const base::Link& link, const plan::Decision& decision,
                          base::Subject subject, TimePoint now) {
  for (const plan::Armed& fault : faults_) {
    State& state = states_[fault.position];
    if (state.armed && aims_at(*fault.fault, link)) ++state.use.calls;
  }
  for (const std::uint16_t position : decision.reached) ++states_[position].use.reached;
  for (const std::uint16_t position : decision.hit)
    hit(states_[position], base::to_text(link), subject, now);
}

void FaultBooks::met_streams(std::uint16_t position, const base::Link& link, std::int64_t came,
                             std::int64_t acted, TimePoint now) {
  State& state = states_[position];
  state.use.reached += came;
  state.use.connections += came;
  for (std::int64_t i = 0; i < acted; ++i) hit(state, base::to_text(link), {}, now);
}

void FaultBooks::cut(std::uint16_t position, record::Exchange& row, TimePoint now) {
  const auto at = std::lower_bound(row.faults.begin(), row.faults.end(), position);
  if (at != row.faults.end() && *at == position) return;  // it acted on this request before
  row.faults.insert(at, position);
  ++states_[position].use.reached;
  hit(states_[position], base::to_text(row.link), row.index.subject, now);
}

void FaultBooks::gave_up(std::uint16_t position, record::Exchange& row, TimePoint now) {
  row.faults.push_back(position);
  hit(states_[position], base::to_text(row.link), row.index.subject, now);
}

void FaultBooks::met_write(const plan::WriteDecision& decision, std::string_view node,
                           base::Subject subject, TimePoint now) {
  for (const plan::Armed& fault : faults_) {
    State& state = states_[fault.position];
    if (state.armed && aims_at_writes_of(*fault.fault, node)) ++state.use.calls;
  }
  for (const std::uint16_t position : decision.hit) {
    ++states_[position].use.reached;
    hit(states_[position], std::string(node), subject, now);
  }
}

bool FaultBooks::saw(const record::Exchange& row) {
  if (row.index.subject.kind == base::Subject::Kind::warmup) return false;
  bool any = false;
  for (const plan::Armed& fault : faults_) {
    State& state = states_[fault.position];
    const auto& when = fault.fault->when;
    if (state.seen || !when) continue;
    state.seen = plan::is_seen(*when, row.link, row.method, row.path, row.status);
    any |= state.seen;
  }
  return any;
}

bool FaultBooks::seen(std::uint16_t position) const { return states_.at(position).seen; }

void FaultBooks::met_node(std::uint16_t position, std::string_view node, bool struck,
                          TimePoint now) {
  State& state = states_.at(position);
  ++state.use.reached;
  if (struck) hit(state, std::string(node), {}, now);
}

void FaultBooks::drained(std::uint16_t position, std::string_view node, TimePoint now) {
  hit(states_.at(position), std::string(node), {}, now);
}

void FaultBooks::node_down(std::uint16_t position, std::string_view node) {
  states_.at(position).holds_down = std::string(node);
}

void FaultBooks::node_up(std::string_view node, TimePoint now) {
  for (std::size_t position = 0; position < states_.size(); ++position) {
    State& state = states_[position];
    if (state.holds_down != node) continue;
    state.holds_down.reset();
    const bool at_a_point = !faults_[position].fault->at_call.empty();
    if (!state.armed || !at_a_point) healed(state, now);
  }
}

std::vector<record::FaultUse> FaultBooks::uses() const {
  std::vector<record::FaultUse> uses;
  for (const State& state : states_) uses.push_back(state.use);
  return uses;
}

void FaultBooks::hit(State& state, std::string where, base::Subject subject, TimePoint now) {
  ++state.use.hit;
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::hit;
  event.where = std::move(where);
  event.name = state.use.name;
  event.subject = subject;
  emit_(std::move(event));
}

void FaultBooks::healed(State& state, TimePoint now) {
  if (state.use.healed != TimePoint{}) return;
  state.use.healed = now;
  tell(state, "healed", now);
}

void FaultBooks::tell(const State& state, std::string what, TimePoint now) {
  record::Event event;
  event.t = now;
  event.kind = record::Event::Kind::fault;
  event.name = state.use.name;
  event.what = std::move(what);
  emit_(std::move(event));
}

}  // namespace seawall::runtime
