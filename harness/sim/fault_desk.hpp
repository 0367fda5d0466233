// The faults of a simulated run: the books, and lists of those that are armed, so that a request or
// a write on which none is aimed costs nothing.
//
//   position of the scenario --> armed? --> per link: those that could meet a request there
//                                      \--> per run:  those that aim at durable writes
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "harness/runtime/fault_books.hpp"
#include "harness/sim/journal.hpp"

namespace seawall::sim {

using base::TimePoint;

class FaultDesk final : private runtime::FaultBooks {
 public:
  FaultDesk(std::vector<plan::Armed> faults, const std::vector<base::Link>& links,
            Journal& journal);

  using FaultBooks::active;
  using FaultBooks::any_waits;
  using FaultBooks::at;
  using FaultBooks::cut;
  using FaultBooks::drained;
  using FaultBooks::gave_up;
  using FaultBooks::met_call;
  using FaultBooks::met_node;
  using FaultBooks::met_write;
  using FaultBooks::node_down;
  using FaultBooks::node_up;
  using FaultBooks::saw;
  using FaultBooks::seen;
  using FaultBooks::strikes_now;
  using FaultBooks::uses;

  void arm(std::uint16_t position, TimePoint now);
  void disarm(std::uint16_t position, TimePoint now);

  // The armed faults that could meet a request on this link (its number), by position.
  std::span<const plan::Armed> on_link(std::size_t link) const { return on_link_[link]; }
  // Whether any fault of the run, armed or not, aims at durable writes: only then must they be
  // counted.
  bool aims_at_writes() const { return aims_at_writes_; }
  std::span<const plan::Armed> on_writes() const { return on_writes_; }

 private:
  void list_armed();

  std::vector<bool> aims_;  // by position, then by link
  std::vector<std::vector<plan::Armed>> on_link_;
  std::vector<plan::Armed> on_writes_;
  bool aims_at_writes_ = false;
};

}  // namespace seawall::sim
