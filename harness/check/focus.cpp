#include "harness/check/focus.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;

// What is left of `whole` when every fault's time, and `margin` after it, is cut out.
Windows outside_faults(const Record& record, const Window& whole, Duration margin) {
  Windows cut;
  for (const record::FaultUse& use : record.faults)
    if (use.was_armed)
      cut.push_back({use.armed, use.healed == TimePoint{} ? whole.to : use.healed + margin});
  std::sort(cut.begin(), cut.end(),
            [](const Window& a, const Window& b) { return a.from < b.from; });
  Windows rest;
  TimePoint from = whole.from;
  for (const Window& hole : cut) {
    if (from < hole.from) rest.push_back({from, std::min(hole.from, whole.to)});
    from = std::max(from, hole.to);
  }
  if (from < whole.to) rest.push_back({from, whole.to});
  return rest;
}

Window load_phase(const Record& record) { return {record.time_zero, record.load_end}; }

}  // namespace

Focus whole(const model::Scenario& scenario, const Record& record,
            const Observations& observations) {
  const TimePoint now = std::max(record.end, record.load_end);
  return {scenario, record, observations, {load_phase(record)}, now};
}

base::expected<Window, Outcome> active_window(const std::string& fault,
                                              const model::Scenario& scenario,
                                              const Record& record) {
  const auto stated = std::find_if(scenario.faults.begin(), scenario.faults.end(),
                                   [&](const model::Fault& f) { return f.name == fault; });
  if (stated == scenario.faults.end())
    return base::unexpected(
        Outcome::none(State::not_applicable, fmt::format("this run has no fault {}", fault)));
  const auto used = std::find_if(record.faults.begin(), record.faults.end(),
                                 [&](const record::FaultUse& use) { return use.name == fault; });
  if (used == record.faults.end() || !used->was_armed)
    return base::unexpected(
        Outcome::none(State::inconclusive, fmt::format("the fault {} was never armed", fault)));
  const TimePoint healed = used->healed == TimePoint{} ? record.load_end : used->healed;
  return Window{used->armed, healed};
}

base::expected<Windows, Outcome> windows_of(const model::Phase& phase,
                                            const model::Scenario& scenario, const Record& record) {
  using Kind = model::Phase::Kind;
  const Window load = load_phase(record);
  switch (phase.kind) {
    case Kind::all:
      return Windows{load};
    case Kind::outside:
      return outside_faults(record, load, phase.margin);
    case Kind::from_to:
      return Windows{{load.from + phase.from, std::min(load.from + phase.to, load.to)}};
    default:
      break;
  }
  const auto active = active_window(phase.fault, scenario, record);
  if (!active) return base::unexpected(active.error());
  if (phase.kind == Kind::before) return Windows{{load.from, active->from}};
  if (phase.kind == Kind::after) return Windows{{active->to, load.to}};
  return Windows{*active};
}

}  // namespace seawall::check
