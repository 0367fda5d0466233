// A folder of our own for what a run keeps in files, gone when the run ends; where that ends at
// once, without coming to its destructor, by leave_to_guard(). One that a killed process has left
// behind is removed by the next run that makes one: each holds a lock on its folder as long as its
// process lives, and only a folder whose lock nobody holds is swept; one with notes of what to undo
// (undo_note.hpp) only when that is done.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/os/descriptor.hpp"
#include "harness/os/undo_note.hpp"

namespace seawall::os {

// Whether it is one, by its name: it may be another run's.
bool is_private_folder(const std::filesystem::path& path);

class PrivateFolder {
 public:
  // Under $TMPDIR, else /tmp, as seawall-run-PID-XXXXXX; the PID is for people. Sweeps first. The
  // error says what could not be made, and why.
  static base::expected<PrivateFolder, base::Diagnostic> make();

  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  PrivateFolder(std::string path, Descriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  Descriptor lock_;
};

// What runs that were killed have left to undo is undone, one deed after the other. Of folders of
// this user alone that nobody else can write into. Before the next PrivateFolder::make(), which
// removes the folders of those that succeeded.
std::vector<Undoing> undo_left_behind(const std::vector<std::string>& shim);

}  // namespace seawall::os
