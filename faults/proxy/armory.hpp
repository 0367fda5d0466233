// The faults of a run over sockets: the books, which any thread may ask and tell. Nobody waits for
// a link, because what is armed is an immutable list that is swapped as a whole.
//
//   arm, disarm --> list of armed faults --armed()--> links, stores: decide --met_...()--> counts
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "harness/runtime/fault_books.hpp"

namespace seawall::proxy {

using base::TimePoint;

class Armory {
 public:
  using Armed = std::shared_ptr<const std::vector<plan::Armed>>;

  // `emit` takes events from any thread; `on_seen` is called from any when a fault that waits has
  // seen what it waits for, without a lock held.
  Armory(std::vector<plan::Armed> faults, runtime::FaultBooks::Emit emit,
         std::function<void()> on_seen = {});

  // As FaultBooks has them.
  const plan::Armed& at(std::uint16_t position) const { return books_.at(position); }
  bool strikes_now(std::uint16_t position) const { return books_.strikes_now(position); }
  bool active(std::uint16_t position) const;
  void met_call(const base::Link& link, const plan::Decision& decision, base::Subject subject,
                TimePoint now);
  void met_streams(std::uint16_t position, const base::Link& link, std::int64_t came,
                   std::int64_t acted, TimePoint now);
  void cut(std::uint16_t position, record::Exchange& row, TimePoint now);
  void met_write(const plan::WriteDecision& decision, std::string_view node, base::Subject subject,
                 TimePoint now);
  void saw(const record::Exchange& row);
  bool seen(std::uint16_t position) const;
  void met_node(std::uint16_t position, std::string_view node, bool struck, TimePoint now);
  void drained(std::uint16_t position, std::string_view node, TimePoint now);
  void node_down(std::uint16_t position, std::string_view node);
  void node_up(std::string_view node, TimePoint now);
  std::vector<record::FaultUse> uses() const;

  void arm(std::uint16_t position, TimePoint now);
  void disarm(std::uint16_t position, TimePoint now);
  // Those that are armed, by position. Never null.
  Armed armed() const;
  // For what is told of later than it was, and has lasted since `began`: where none is armed any
  // more, those that were meanwhile.
  Armed armed_since(TimePoint began) const;

 private:
  void list_armed(TimePoint now);  // under the lock

  mutable std::mutex mutex_;
  runtime::FaultBooks books_;
  std::function<void()> on_seen_;
  Armed armed_;
  Armed last_;  // the last list of some; null: there was none
  TimePoint last_until_{};
};

}  // namespace seawall::proxy
