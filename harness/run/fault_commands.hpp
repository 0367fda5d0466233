// Faults of type "command": a command of the user does each, and another one takes it back, on
// whatever way the run ends.
//
//   arm ──▶ note ──▶ start ──▶ hit        heal ──▶ undo ──▶ note forgotten
//
// Each has a thread of its own, so that whoever arms or heals never waits. What is done when the
// process is killed is undone by its guard, or by the next start (os/undo_note.hpp).
#pragma once
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "harness/model/late_text.hpp"
#include "harness/model/scenario.hpp"
#include "harness/os/undo_guard.hpp"
#include "harness/os/undo_note.hpp"
#include "harness/record/record.hpp"
#include "harness/run/workplace.hpp"

namespace seawall::run {

class FaultCommands {
 public:
  static constexpr base::Duration longest_start = std::chrono::seconds(30);

  // `faults`: all of the scenario, by position; they outlive this.
  FaultCommands(const std::vector<model::Fault>& faults, Workplace workplace);
  // Undoes what is done, and waits for that.
  ~FaultCommands();
  FaultCommands(const FaultCommands&) = delete;
  FaultCommands& operator=(const FaultCommands&) = delete;

  // Before the first arm(). The error says which text cannot be completed.
  base::expected<void, std::string> prepare(const model::Addresses& known);

  // Whether the fault at this position is one of these; the others are none of its business.
  bool has(std::uint16_t position) const;
  // Its command is started now; one that is being undone is waited for first. Never waits itself.
  void arm(std::uint16_t position);
  // What was begun is undone: a start that has not ended yet is killed, and undone all the same.
  void heal(std::uint16_t position);
  // Whether it was healed and is undone, or was never armed.
  bool is_undone(std::uint16_t position) const;
  // Whether all that was asked for has been done.
  bool idle() const;

  // Any thread, once or more: undoes at once all that was begun, and returns when that is done; at
  // most a start and an undo take that long. From then on nothing is armed any more. What was
  // undone then, or could not be: a sentence for each.
  std::vector<std::string> undo_all();

  // Adds what they did to the record: their hits, and what went wrong. `record.faults` is there
  // already.
  void tell(record::Record& record) const;

 private:
  struct Deed;

  void serve(Deed& deed, const std::stop_token& stop);
  void begin(Deed& deed, std::unique_lock<std::mutex>& lock);
  void take_back(Deed& deed, std::unique_lock<std::mutex>& lock);
  base::expected<void, std::string> note(Deed& deed);
  Deed* find(std::uint16_t position) const;

  const Workplace workplace_;
  mutable std::mutex mutex_;  // of all below, and of the deeds
  std::condition_variable_any changed_;
  std::unique_ptr<os::UndoGuard> guard_;  // from the first deed on
  int notes_ = 0;                         // written so far
  bool closing_ = false;
  std::vector<std::string> undone_;  // since closing
  std::vector<std::unique_ptr<Deed>> deeds_;
};

}  // namespace seawall::run
