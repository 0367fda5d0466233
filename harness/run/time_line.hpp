// When each fault of a scenario is armed and when it ends: windows that count from time 0 or from
// the heal of another fault, faults that flap within their window, faults that wait for
// what is seen, faults aimed at an execution index (armed for the whole load), and node faults that
// end by themselves. Pure: time and the world's word come in as arguments.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::run {

using base::Duration;

class TimeLine {
 public:
  // The faults outlive it.
  TimeLine(const std::vector<model::Fault>& faults, Duration load);
  TimeLine(std::span<const model::Fault* const> faults, Duration load);

  struct Action {
    enum class Kind : std::uint8_t { arm, heal };
    Kind kind;
    std::uint16_t position;
  };
  // What is due at `now` (since time 0), in the order of the file. `active` tells whether an armed
  // fault still acts; one that has stopped by itself counts as healed, and gives no action.
  std::vector<Action> due(Duration now, const std::function<bool(std::uint16_t)>& active);

  // What the fault at this position waits for was seen. It is armed now, once.
  void saw(std::uint16_t position, Duration now);
  // The next moment at which due() may have something to say; nothing when all is over. A fault
  // that ends by itself has no such moment: ask again every now and then while one is armed.
  std::optional<Duration> next() const;
  bool any_ends_by_itself() const;
  bool any_acts() const;
  // When the last of the faults healed so far did; nothing where none has.
  std::optional<Duration> last_heal() const { return last_heal_; }

 private:
  struct Entry {
    const model::Fault* fault;
    // resting: healed, and armed again before its window ends, because it flaps.
    enum class State : std::uint8_t { waiting, armed, resting, healed } state = State::waiting;
    std::optional<Duration> arm_at;  // absent: waits for the heal of another, or to see
    Duration heal_at{};
    Duration turns_at{};  // of one that flaps: when it rests, or is armed again
    bool ends_by_itself = false;
    Duration healed_at{};
  };
  void add(const model::Fault& fault);
  void heal(Entry& entry, Duration now);
  void open(Entry& entry, Duration at) const;
  static bool turns(Entry& entry, Duration now);

  std::vector<Entry> entries_;
  Duration load_;
  std::optional<Duration> last_heal_;
};

}  // namespace seawall::run
