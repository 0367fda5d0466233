// What has to be taken back though its driver is killed meanwhile: a note in the private folder of
// the run, written before the deed and removed after the undoing.
//
//   keep(note) ──▶ the deed ──▶ the undoing ──▶ forget
//        \─── driver killed ──▶ undo_left_behind(), at the next start
//
// A folder with notes is swept only when what they say has been done (private_folder.hpp). A deed
// that is under way when its driver dies is waited for: whoever does it holds the note.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/os/descriptor.hpp"

namespace seawall::os {

struct UndoNote {
  std::string what;                  // is undone by it, for people: "the fault pause-payments"
  std::vector<std::string> words;    // the command
  std::string folder;                // where it runs; empty: where whoever runs it does
  std::vector<std::string> secrets;  // among the words: shown in no message
};

// How long a command that undoes something may take.
inline constexpr base::Duration longest_undo = std::chrono::seconds(30);

class KeptNote {
 public:
  // In `folder`, which is private. It may hold secrets, and is for the eyes of its user alone. The
  // error says what could not be written.
  static base::expected<KeptNote, std::string> keep(const std::string& folder,
                                                    const std::string& name, const UndoNote& note);
  // A descriptor for whoever does the deed: the undoing waits until all that have it are gone.
  int holder() const { return held_.get(); }
  // It is done, or nobody can do it: it is not to be found again.
  void forget();

 private:
  KeptNote(std::string file, Descriptor held) : file_(std::move(file)), held_(std::move(held)) {}
  std::string file_;
  Descriptor held_;
};

// What became of a note.
struct Undoing {
  std::string sentence;  // for people
  bool is_done = false;
};

bool has_notes(const std::string& folder);

// Runs what the notes in `folder` say, newest deed first, and removes each that succeeded. The
// caller holds the lock of the folder, and knows that it is its user's.
std::vector<Undoing> run_notes(const std::string& folder, const std::vector<std::string>& shim);

}  // namespace seawall::os
