// The books of a run's faults: which of them are armed, and what they did. A world decides and
// carries effects out; it tells the books, under a lock of its own where it has threads.
//
//   arm --> armed() --> the world decides --> met_call, met_write, met_node, cut --> uses(), events
//
// A crash or a restart is active until its node serves again, every other fault until its lease
// ends.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/record/record.hpp"

namespace seawall::runtime {

using base::TimePoint;

// Whether the fault could meet a request on this link.
bool aims_at(const model::Fault& fault, const base::Link& link);
// Whether it aims at durable writes of this node.
bool aims_at_writes_of(const model::Fault& fault, std::string_view node);

class FaultBooks {
 public:
  using Emit = std::function<void(record::Event)>;

  // `faults`: all of the run, by position. `emit` takes events, t included.
  FaultBooks(std::vector<plan::Armed> faults, Emit emit);

  // These two never change, and may be asked without a lock.
  const plan::Armed& at(std::uint16_t position) const { return faults_.at(position); }
  // A fault that is done to its node when it is armed, rather than at a point.
  bool strikes_now(std::uint16_t position) const;

  void arm(std::uint16_t position, TimePoint now);
  void disarm(std::uint16_t position, TimePoint now);
  bool active(std::uint16_t position) const;
  // Those that are armed, by position. Each points to how many requests it has met, which changes
  // with met_call().
  std::vector<plan::Armed> armed() const;

  // A request came to a link, and this was decided for it.
  void met_call(const base::Link& link, const plan::Decision& decision, base::Subject subject,
                TimePoint now);
  // The fault came to so many more connections of this link that are no HTTP, and acted on so many.
  void met_streams(std::uint16_t position, const base::Link& link, std::int64_t came,
                   std::int64_t acted, TimePoint now);
  // The fault was armed and reset this request, which was under way.
  void cut(std::uint16_t position, record::Exchange& row, TimePoint now);
  // This request, which had come to the link, waited for a connection until its caller gave up.
  void gave_up(std::uint16_t position, record::Exchange& row, TimePoint now);
  void met_write(const plan::WriteDecision& decision, std::string_view node, base::Subject subject,
                 TimePoint now);
  // The journal has an answer. Whether a fault waited for it: the first one of its kind counts,
  // once the warm-up is over.
  bool saw(const record::Exchange& row);
  // Whether any fault of the run waits so. Never changes; if not, saw() need not be told.
  bool any_waits() const { return any_waits_; }
  // Whether what this fault waits for has been seen.
  bool seen(std::uint16_t position) const;
  // The node fault struck its node, or found it dead already; or it asked it to end, and strikes it
  // in drained().
  void met_node(std::uint16_t position, std::string_view node, bool struck, TimePoint now);
  void drained(std::uint16_t position, std::string_view node, TimePoint now);

  // A node is down by this fault, or about to be, or serves again.
  void node_down(std::uint16_t position, std::string_view node);
  void node_up(std::string_view node, TimePoint now);

  std::vector<record::FaultUse> uses() const;

 private:
  struct State {
    record::FaultUse use;
    bool armed = false;
    TimePoint last_armed{};
    bool seen = false;
    std::optional<std::string> holds_down;  // the node
  };

  void hit(State& state, std::string where, base::Subject subject, TimePoint now);
  void healed(State& state, TimePoint now);
  void tell(const State& state, std::string what, TimePoint now);

  const std::vector<plan::Armed> faults_;
  const Emit emit_;
  const bool any_waits_;
  std::vector<State> states_;  // by position
};

}  // namespace seawall::runtime
