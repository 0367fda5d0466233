// What is under way in the simulated world: messages on links, waits, and writes. Each sits in a
// pool (pool.hpp) and is named by a slot.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/plan/plan.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/runtime/env.hpp"
#include "harness/sim/timeline.hpp"

namespace seawall::sim {

struct Node;

// A link with its ends resolved.
struct Line {
  std::size_t number;
  base::Link link;
  Node* from;
  Node* to;
  base::KeyedRandom random;  // of the run's seed and its services: instances count together
  // The caller's kept connections, by when they were opened; the one used last is the next to be
  // used.
  std::vector<TimePoint> kept;
};

// One request on a link, from its caller's call to the end of both its sides: the caller has ended
// (answer, failure, deadline, withdrawn) and the callee's side is done.
struct Flight {
  enum class Side : std::uint8_t {
    held,       // by the link: late, or a copy
    under_way,  // to the callee
    handled,    // by the callee
    returning,  // its answer is under way to the caller
    done,
  };

  static constexpr std::uint32_t no_row = UINT32_MAX;  // it never reached the link

  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  Side side = Side::done;
  bool is_copy = false;             // made by a fault: nobody hears its answer
  bool is_mute = false;             // the caller never hears
  bool when_up = false;             // held until its callee serves again
  runtime::Call* caller = nullptr;  // waits for it; null: gone
  Line* line = nullptr;
  std::uint32_t row = no_row;       // of the journal
  std::optional<TimePoint> opened;  // its connection; absent: it has none yet
  model::Request request{model::Method::get, {}};
  Duration remaining{};         // until the deadline, when it was sent; 0: the callee learns none
  Duration read_timeout{};      // of its caller; 0: its deadline stands
  TimePoint put_off{};          // until when bytes that came have put the deadline off
  base::KeyedRandom random{0};  // of its execution index
  std::unique_ptr<plan::Effect> effect;  // null: neutral
  std::uint16_t crash = 0;               // the fault that crashes someone here ...
  std::uint16_t hanging = 0;             // ... or lets the connect hang
  std::optional<model::Failure> failure;
  model::Response response{0};
  Flight* older = nullptr;  // among those that the callee handles
  Flight* newer = nullptr;

  // Its connect does not end.
  bool hangs() const { return effect && effect->before == plan::Effect::Before::hang; }

  void rest() {
    caller = nullptr;
    effect.reset();
    failure.reset();
    opened.reset();
    row = no_row;
    put_off = {};
    is_copy = is_mute = when_up = false;
  }
};

// The requests that a node handles, by arrival.
class Handled {
 public:
  Flight* oldest() const { return oldest_; }
  void push(Flight& flight) {
    flight.older = newest_;
    flight.newer = nullptr;
    (newest_ ? newest_->newer : oldest_) = &flight;
    newest_ = &flight;
  }
  void remove(Flight& flight) {
    (flight.older ? flight.older->newer : oldest_) = flight.newer;
    (flight.newer ? flight.newer->older : newest_) = flight.older;
  }

 private:
  Flight* oldest_ = nullptr;
  Flight* newest_ = nullptr;
};

// A sleep, a read or a scan.
struct Wait {
  std::uint32_t generation = 0;
  runtime::Operation* operation = nullptr;
  void rest() { operation = nullptr; }
};

struct Commit {
  std::uint32_t generation = 0;
  runtime::Write* operation = nullptr;  // null: withdrawn, and it happens all the same
  runtime::Batch batch;
  TimePoint submitted{};
  void rest() {
    operation = nullptr;
    batch = runtime::Batch();
  }
};

}  // namespace seawall::sim
