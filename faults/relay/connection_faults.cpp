// The faults of streams on a connection: which of them come to it, and when they end it.
#include <algorithm>
#include <utility>

#include "faults/relay/connection.hpp"

namespace seawall::relay {

using net::Close;

namespace {

// The one that was there under this name, if there was; null else.
const Applied* applied_before(const Flow& flow, const StreamFault& fault) {
  if (!flow.schedule()) return nullptr;
  for (const Applied& one : flow.schedule()->faults())
    if (one.fault.name == fault.name) return &one;
  return nullptr;
}

}  // namespace

void Connection::faults_changed() {
  if (!closed()) apply_faults(up_, Direction::up);
  if (!closed()) apply_faults(down_, Direction::down);
  if (!closed()) set_end();
  has_drawn_ = true;
}

// Its interceptor leaves, in a call of its own: what it passes from now on meets all faults.
void Connection::detach() {
  if (std::exchange(detached_, true)) return;
  apply_faults(up_, Direction::up);
  apply_faults(down_, Direction::down);
  set_end();
}

void Connection::apply_faults(Flow& flow, Direction direction) {
  std::vector<Applied> faults = drawn_for(flow, direction);
  const Schedule* before = flow.schedule();
  const auto same = [](const Applied& a, const Applied& b) { return a.fault == b.fault; };
  if (before ? std::equal(faults.begin(), faults.end(), before->faults().begin(),
                          before->faults().end(), same)
             : faults.empty())
    return;
  std::unique_ptr<Schedule> schedule;
  if (!faults.empty()) {
    const auto key = lane_.key.with(number_).with(static_cast<int>(direction));
    schedule = std::make_unique<Schedule>(std::move(faults), key);
  }
  flow.set_schedule(std::move(schedule));
  if (interceptor_calls_ == 0) flow.pump();
}

// One that it had already goes on as it was. One that has changed counts on what it has let pass.
std::vector<Applied> Connection::drawn_for(const Flow& flow, Direction direction) {
  const Snapshot& snapshot = *lane_.snapshot;
  std::vector<Applied> drawn;
  for (std::size_t i = 0; i < snapshot.faults.size(); ++i) {
    const StreamFault& fault = snapshot.faults[i];
    if (fault.direction != direction) continue;
    const auto key = lane_.key.with(number_).with(fault.name).with("probability");
    const bool hit = key.hits(fault.probability);
    if (!has_drawn_ || snapshot.fresh[i]) lane_.draws.add({number_, fault.name, direction, hit});
    if (!hit || (fault.only_unread && is_read_along())) continue;
    const Applied* const before = applied_before(flow, fault);
    if (!before) ++snapshot.uses[i]->came;
    if (before && before->fault == fault) {
      drawn.push_back(*before);
      continue;
    }
    drawn.push_back(new_for(flow, i));
    if (!before) continue;
    drawn.back().acted = before->acted;
    if (fault.effect.limit && before->fault.effect.limit) drawn.back().offset = before->offset;
  }
  return drawn;
}

Applied Connection::new_for(const Flow& flow, std::size_t position) const {
  const Snapshot& snapshot = *lane_.snapshot;
  const StreamFault& fault = snapshot.faults[position];
  Applied applied{fault, now(), flow.offset(), nullptr, snapshot.uses[position]};
  if (const auto shared = snapshot.shared.find(position); shared != snapshot.shared.end())
    applied.pacer = shared->second;
  else if (fault.effect.rate.value_or(0) > 0)
    applied.pacer = std::make_shared<Pacer>(*fault.effect.rate, now());
  return applied;
}

void Connection::set_end() {
  net::Loop& loop = lane_.worker.loop;
  loop.cancel(end_);
  TimePoint first = never;
  Close how = Close::fin;
  const auto consider = [&](TimePoint since, const std::optional<Duration>& after, Close end) {
    if (!after || since + *after >= first) return;
    first = since + *after;
    how = end;
  };
  for (const Flow* flow : {&up_, &down_}) {
    if (!flow->schedule()) continue;
    for (const Applied& applied : flow->schedule()->faults()) {
      consider(applied.since, applied.fault.effect.close_after, Close::fin);
      consider(applied.since, applied.fault.effect.reset_after, Close::reset);
    }
  }
  if (first == never) return;
  end_ = loop.at(first, [this, how] {
    up_.note_end();
    down_.note_end();
    close(how);
  });
}

}  // namespace seawall::relay
