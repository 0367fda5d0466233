#include "harness/record/windows.hpp"

#include <algorithm>

namespace seawall::record {
namespace {

// What is left of `whole` when every fault's time, and `margin` after it, is cut out.
Windows outside_faults(const Record& record, const Window& whole, Duration margin) {
  Windows cut;
  for (const FaultUse& use : record.faults)
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

}  // namespace

std::optional<Window> active_window(const Record& record, std::string_view fault) {
  const auto used = std::find_if(record.faults.begin(), record.faults.end(),
                                 [&](const FaultUse& use) { return use.name == fault; });
  if (used == record.faults.end() || !used->was_armed) return std::nullopt;
  return Window{used->armed, used->healed == TimePoint{} ? record.load_end : used->healed};
}

std::optional<Windows> phase_windows(const model::Phase& phase, const Record& record) {
  using Kind = model::Phase::Kind;
  const Window load{record.time_zero, record.load_end};
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
  const std::optional<Window> active = active_window(record, phase.fault);
  if (!active) return std::nullopt;
  if (phase.kind == Kind::before) return Windows{{load.from, active->from}};
  if (phase.kind == Kind::after) return Windows{{active->to, load.to}};
  return Windows{*active};
}

}  // namespace seawall::record
