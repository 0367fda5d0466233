#include "harness/sim/fault_desk.hpp"

#include <algorithm>

namespace seawall::sim {

namespace {

bool aims_at_a_write(const plan::Armed& armed) {
  const auto& points = armed.fault->at_call;
  return std::any_of(points.begin(), points.end(),
                     [](const model::Point& point) { return point.durable_write; });
}

}  // namespace

FaultDesk::FaultDesk(std::vector<plan::Armed> faults, const std::vector<base::Link>& links,
                     Journal& journal)
    : FaultBooks(faults, [&journal](record::Event event) { journal.emit(std::move(event)); }),
      on_link_(links.size()),
      aims_at_writes_(std::any_of(faults.begin(), faults.end(), aims_at_a_write)) {
  aims_.reserve(faults.size() * links.size());
  for (const plan::Armed& fault : faults)
    for (const base::Link& link : links) aims_.push_back(runtime::aims_at(*fault.fault, link));
}

void FaultDesk::arm(std::uint16_t position, TimePoint now) {
  FaultBooks::arm(position, now);
  list_armed();
}

void FaultDesk::disarm(std::uint16_t position, TimePoint now) {
  FaultBooks::disarm(position, now);
  list_armed();
}

void FaultDesk::list_armed() {
  on_writes_.clear();
  for (auto& on_link : on_link_) on_link.clear();
  for (const plan::Armed& fault : armed()) {
    if (aims_at_a_write(fault)) on_writes_.push_back(fault);
    for (std::size_t link = 0; link < on_link_.size(); ++link)
      if (aims_[fault.position * on_link_.size() + link]) on_link_[link].push_back(fault);
  }
}

}  // namespace seawall::sim
