// The faults of the run: which are armed, which links and writes they can meet, and what they did.
// It keeps the books; the world carries effects out.
//
//   position of the scenario --> armed? --> per link: those that could meet a request there
//                                      \--> per run:  those that aim at durable writes
//
// A crash ends when its node serves again, every other fault when its lease does.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/record/record.hpp"
#include "harness/sim/journal.hpp"

namespace seawall::sim {

using base::TimePoint;

class FaultDesk {
 public:
  FaultDesk(std::vector<plan::Armed> faults, const std::vector<base::Link>& links,
            Journal& journal);

  const plan::Armed& at(std::uint16_t position) const { return states_[position].fault; }
  // A fault that is done to its node when it is armed, rather than at a point.
  bool strikes_now(std::uint16_t position) const;

  void arm(std::uint16_t position, TimePoint now);
  void disarm(std::uint16_t position, TimePoint now);
  bool active(std::uint16_t position) const;

  // The armed faults that could meet a request on this link (its number), by position.
  std::span<const plan::Armed> on_link(std::size_t link) const { return on_link_[link]; }
  // Whether any fault of the run, armed or not, aims at durable writes: only then must they be
  // counted.
  bool aims_at_writes() const { return aims_at_writes_; }
  std::span<const plan::Armed> on_writes() const { return on_writes_; }

  // A request came to a link, and this was decided for it.
  void met_call(std::size_t link, const plan::Decision& decision, const record::Exchange& row);
  // The fault was armed and reset this request, which was under way.
  void cut(std::uint16_t position, record::Exchange& row, TimePoint now);
  void met_write(const plan::WriteDecision& decision, std::string_view node, base::Subject subject,
                 TimePoint now);
  // The node fault struck its node (or found it dead already).
  void met_node(std::uint16_t position, std::string_view node, bool struck, TimePoint now);

  // A node is down by this crash, or serves again.
  void node_down(std::uint16_t position, std::uint16_t node);
  void node_up(std::uint16_t node, TimePoint now);

  std::vector<record::FaultUse> uses() const;

 private:
  struct State {
    plan::Armed fault;
    record::FaultUse use;
    bool armed = false;
    std::optional<std::uint16_t> holds_down;
  };

  void hit(State& state, std::string where, base::Subject subject, TimePoint now);
  void healed(State& state, TimePoint now);
  void tell(const State& state, std::string what, TimePoint now);
  void list_armed();

  std::vector<State> states_;
  std::vector<base::Link> links_;
  Journal& journal_;
  std::vector<std::vector<plan::Armed>> on_link_;
  std::vector<plan::Armed> on_writes_;
  bool aims_at_writes_ = false;
};

}  // namespace seawall::sim
