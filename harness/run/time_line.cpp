#include "harness/run/time_line.hpp"

#include <algorithm>

namespace seawall::run {

TimeLine::TimeLine(const std::vector<model::Fault>& faults, Duration load) : load_(load) {
  for (const model::Fault& fault : faults) add(fault);
}

TimeLine::TimeLine(std::span<const model::Fault* const> faults, Duration load) : load_(load) {
  for (const model::Fault* fault : faults) add(*fault);
}

void TimeLine::add(const model::Fault& fault) {
  Entry entry{&fault};
  entry.ends_by_itself = fault.ends_with_its_node();
  if (!fault.at_call.empty()) {
    entry.arm_at = Duration::zero();
    entry.heal_at = load_;
  } else if (fault.window.after.empty() && !fault.when) {
    open(entry, fault.window.at);
  }
  entries_.push_back(std::move(entry));
}

void TimeLine::heal(Entry& entry, Duration now) {
  entry.state = Entry::State::healed;
  entry.healed_at = now;
  last_heal_ = now;
  for (Entry& other : entries_) {
    if (other.arm_at || other.fault->window.after != entry.fault->name) continue;
    open(other, now + other.fault->window.at);
  }
}

void TimeLine::open(Entry& entry, Duration at) const {
  entry.arm_at = at;
  entry.heal_at = entry.fault->window.length ? at + *entry.fault->window.length : load_;
}

void TimeLine::saw(std::uint16_t position, Duration now) {
  Entry& entry = entries_.at(position);
  if (entry.fault->when && !entry.arm_at) open(entry, now);
}

// Whether it changes from acting to resting, or back, at `now`. Its turns lie on a grid from the
// start of its window: whoever asks late does not shift those that follow.
bool TimeLine::turns(Entry& entry, Duration now) {
  const model::Flap& flap = *entry.fault->flap;
  const bool acted = entry.state == Entry::State::armed;
  bool acts = acted;
  while (entry.turns_at <= now) {
    acts = !acts;
    entry.turns_at += acts ? flap.on : flap.off;
  }
  return acts != acted;
}

std::vector<TimeLine::Action> TimeLine::due(Duration now,
                                            const std::function<bool(std::uint16_t)>& active) {
  std::vector<Action> actions;
  // What heals comes first: another fault may be waiting for it.
  for (std::uint16_t i = 0; Entry & entry : entries_) {
    const std::uint16_t position = i++;
    const bool armed = entry.state == Entry::State::armed;
    if (!armed && entry.state != Entry::State::resting) continue;
    if (entry.ends_by_itself) {
      if (!active(position)) heal(entry, now);
    } else if (entry.heal_at <= now) {
      if (armed) actions.push_back({Action::Kind::heal, position});
      heal(entry, now);
    } else if (entry.fault->flap && armed && turns(entry, now)) {
      actions.push_back({Action::Kind::heal, position});
      entry.state = Entry::State::resting;
      last_heal_ = now;
    }
  }
  for (std::uint16_t i = 0; Entry & entry : entries_) {
    const std::uint16_t position = i++;
    const bool begins =
        entry.state == Entry::State::waiting && entry.arm_at && *entry.arm_at <= now;
    const bool again = entry.state == Entry::State::resting && turns(entry, now);
    if ((!begins && !again) || now >= load_) continue;
    if (begins && entry.fault->flap) entry.turns_at = *entry.arm_at + entry.fault->flap->on;
    entry.state = Entry::State::armed;
    actions.push_back({Action::Kind::arm, position});
  }
  return actions;
}

std::optional<Duration> TimeLine::next() const {
  std::optional<Duration> next;
  for (const Entry& entry : entries_) {
    std::optional<Duration> at;
    if (entry.state == Entry::State::waiting) at = entry.arm_at;
    const bool in_window =
        entry.state == Entry::State::armed || entry.state == Entry::State::resting;
    if (in_window && !entry.ends_by_itself) at = entry.heal_at;
    if (in_window && entry.fault->flap) at = std::min(entry.heal_at, entry.turns_at);
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

bool TimeLine::any_ends_by_itself() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
    return entry.state == Entry::State::armed && entry.ends_by_itself;
  });
}

bool TimeLine::any_acts() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.state == Entry::State::armed; });
}

}  // namespace seawall::run
