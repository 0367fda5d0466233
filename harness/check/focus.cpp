#include "harness/check/focus.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/assert.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;

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
  const auto active = record::active_window(record, fault);
  if (!active)
    return base::unexpected(
        Outcome::none(State::inconclusive, fmt::format("the fault {} was never armed", fault)));
  return *active;
}

base::expected<Windows, Outcome> windows_of(const model::Phase& phase,
                                            const model::Scenario& scenario, const Record& record) {
  using Kind = model::Phase::Kind;
  const bool of_fault =
      phase.kind == Kind::before || phase.kind == Kind::during || phase.kind == Kind::after;
  if (of_fault)
    if (const auto active = active_window(phase.fault, scenario, record); !active)
      return base::unexpected(active.error());
  const auto windows = record::phase_windows(phase, record);
  base::require(windows.has_value(), "a phase has windows where its fault was armed");
  return *windows;
}

}  // namespace seawall::check
