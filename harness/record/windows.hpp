// Stretches of time within a run, and those that a phase of a service level names.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/record/record.hpp"

namespace seawall::record {

// `to` is no part of it.
struct Window {
  TimePoint from{};
  TimePoint to{};
  bool empty() const { return to <= from; }
  Duration length() const { return empty() ? Duration{} : to - from; }
  bool contains(TimePoint t) const { return from <= t && t < to; }
  bool overlaps(const Window& other) const { return from < other.to && other.from < to; }
};
using Windows = std::vector<Window>;  // disjoint, in order of time

// When this fault acted; nothing: it was never armed, or is none of the record's.
std::optional<Window> active_window(const Record& record, std::string_view fault);

// Of the load phase. Nothing: the phase is about a fault that was never armed.
std::optional<Windows> phase_windows(const model::Phase& phase, const Record& record);

}  // namespace seawall::record
