#include "reports/html/faults.hpp"

#include <algorithm>

#include "reports/causes.hpp"

namespace seawall::reports {
namespace {

using charts::Band;
using record::Event;

constexpr std::size_t most_moments = 200;

std::string band_name(const model::Fault* fault, const std::string& name) {
  return fault == nullptr ? name : name + ": " + fault->type;
}

void add_moments(const model::Fault& fault, const record::Record& record,
                 std::vector<Band>& bands) {
  std::size_t count = 0;
  for (const Event& event : record.events) {
    if (event.kind != Event::Kind::hit || event.name != fault.name || count == most_moments)
      continue;
    const base::Duration at = event.t - record.time_zero;
    bands.push_back({at, at + base::Duration(1), count == 0 ? band_name(&fault, fault.name) : ""});
    ++count;
  }
}

}  // namespace

std::vector<Band> fault_bands(const model::Scenario& scenario, const record::Record& record) {
  std::vector<Band> bands;
  for (const record::FaultUse& use : record.faults) {
    const model::Fault* fault = fault_named(scenario, use.name);
    if (!use.was_armed) continue;
    if (fault != nullptr && !fault->at_call.empty()) {
      add_moments(*fault, record, bands);
      continue;
    }
    const base::TimePoint end = use.healed == base::TimePoint{} ? record.end : use.healed;
    bands.push_back(
        {use.armed - record.time_zero, end - record.time_zero, band_name(fault, use.name)});
  }
  std::stable_sort(bands.begin(), bands.end(),
                   [](const Band& a, const Band& b) { return a.from < b.from; });
  return bands;
}

std::vector<Band> nameless(std::vector<Band> bands) {
  for (Band& band : bands) band.is_named = false;
  return bands;
}

}  // namespace seawall::reports
