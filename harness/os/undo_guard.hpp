// A process that outlives a driver which is killed, for as long as it takes to undo what the driver
// had done: what a shim is for processes, this is for deeds.
//
//   driver --spawns--> guard      waits for a message
//      \-- messages --/           the driver dismisses it: ends
//                                 the driver is gone: runs the notes in its folder (undo_note.hpp)
//
// It leads a session of its own and takes no signal, so that what ends the driver does not end it.
// One that is killed itself leaves the notes to the next start.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "harness/base/result.hpp"
#include "harness/os/descriptor.hpp"

namespace seawall::os {

// The first argument of a program that is to be a guard.
inline constexpr std::string_view guard_word = "_guard";

// The driver's side. One thread.
class UndoGuard {
 public:
  // `folder`: the private folder of the driver, whose lock it holds. `program` is started as a
  // guard, and has to know shim_word too. The error is a sentence.
  static base::expected<std::unique_ptr<UndoGuard>, std::string> start(const std::string& program,
                                                                       const std::string& folder);
  // Dismisses it and waits until it is gone. Whatever is noted then stays undone.
  ~UndoGuard();
  UndoGuard(const UndoGuard&) = delete;
  UndoGuard& operator=(const UndoGuard&) = delete;

 private:
  UndoGuard(Descriptor messages, pid_t process)
      : messages_(std::move(messages)), process_(process) {}

  const Descriptor messages_;
  const pid_t process_;
};

// For who is about to end at once, without coming to its destructors: a guard that nobody
// dismisses, so that what is noted in the folder is undone, and the folder removed, as soon as this
// process is gone. Where it cannot be started, the next start does that.
void leave_to_guard(const std::string& program, const std::string& folder);

// What a program does that was started with guard_word: the argument after it is the folder. The
// exit status of the process.
int run_guard(char** arguments);

}  // namespace seawall::os
