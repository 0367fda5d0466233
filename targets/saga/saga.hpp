// One saga: how far it is, as its log has it, and what this incarnation knows beside. The owner's
// own kind of order extends it.
#pragma once
#include <array>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runtime/notification.hpp"

namespace seawall::saga {

enum class Phase : std::uint8_t { forward, backward, completed, compensated, parked };

// What the log says of a step.
enum class Mark : char {
  none = '.',     // not begun
  intent = 'i',   // it may have been done
  done = 'd',     //
  settled = 'n',  // it owes nothing: never sent, or nothing to take back
  undoing = 'u',  // intent of its compensation: that may have been done
  undone = 'c',   //
};

inline constexpr std::size_t most_steps = 8;
using Marks = std::array<Mark, most_steps>;

// What is durable of a saga, in one row of the store.
struct Progress {
  Progress() { marks.fill(Mark::none); }

  Phase phase = Phase::forward;
  base::ShortText state = "-";  // of the order
  base::ShortText cause;        // why it failed
  Marks marks;                  // by step
  base::Duration began{};       // up-time of its node when it began
  base::Duration stamp{};       // and when this was written

  bool open() const { return phase == Phase::forward || phase == Phase::backward; }
};

// As a value of the store, and back; nothing where `row` is none.
std::string to_row(const Progress& progress, base::Subject subject);
struct Loaded {
  Progress progress;
  base::Subject subject;
};
std::optional<Loaded> from_row(std::string_view row);

class Saga {
 public:
  Saga(runtime::Env& env, std::string_view order) : id(order), changed(env) {}
  Saga(const Saga&) = delete;

  const base::ShortText id;
  base::Subject subject;
  model::Trace trace;  // of the request that began it

  Progress progress;  // what the engine goes by
  // The last state that is durable: what may be told. Behind `progress` where the log is in memory.
  base::ShortText told_state = "-";
  base::ShortText told_cause;
  bool dead_letter = false;       // durable and open
  runtime::Notification changed;  // of what may be told

 protected:
  ~Saga() = default;

 private:
  friend class Engine;
  friend class Watch;
  // By step: whether a call of it may have left this node. An intent found at recovery may have.
  std::array<bool, most_steps> sent_{};
  bool interrupted_ = false;  // it was found in the log, and no step has ended since
  std::vector<record::LedgerRow> unwritten_;  // where the log is in memory
  bool ending_ = false;                       // its last batch is being written
  bool marking_ = false;                      // its dead letter is being written
  std::list<Saga*>::iterator place_;          // among the open ones
};

}  // namespace seawall::saga
