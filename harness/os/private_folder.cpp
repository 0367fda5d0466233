#include "harness/os/private_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace seawall::os {
namespace {

namespace fs = std::filesystem;
constexpr const char* prefix = "seawall-run-";

fs::path temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named && *named ? named : "/tmp";
}

Descriptor open_folder(const fs::path& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// A folder whose lock nobody holds belonged to a process that is gone.
void sweep(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!is_private_folder(entry.path())) continue;
    const Descriptor lock = open_folder(entry.path());
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && !has_notes(entry.path().string()))
      fs::remove_all(entry.path(), error);
  }
}

// Whether the folder at this path is the one that the descriptor is open on: a sweep may have come
// before its lock did.
bool is_there(const std::string& path, const Descriptor& folder) {
  struct stat at_path{};
  struct stat opened{};
  return ::stat(path.c_str(), &at_path) == 0 && ::fstat(folder.get(), &opened) == 0 &&
         at_path.st_dev == opened.st_dev && at_path.st_ino == opened.st_ino;
}

// A note is a command that is going to be run: nobody else may have written it.
bool is_written_by_us_alone(const Descriptor& folder) {
  struct stat facts{};
  return ::fstat(folder.get(), &facts) == 0 && facts.st_uid == ::geteuid() &&
         (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

bool is_private_folder(const fs::path& path) {
  return path.filename().string().starts_with(prefix);
}

std::vector<Undoing> undo_left_behind(const std::vector<std::string>& shim) {
  std::vector<Undoing> told;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(temporary_folder(), error)) {
    if (!is_private_folder(entry.path())) continue;
    const Descriptor lock = open_folder(entry.path());
    if (!lock || !is_written_by_us_alone(lock) || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
      continue;
    for (Undoing& undoing : run_notes(entry.path().string(), shim))
      told.push_back(std::move(undoing));
  }
  return told;
}

base::expected<PrivateFolder, base::Diagnostic> PrivateFolder::make() {
  const fs::path folder = temporary_folder();
  sweep(folder);
  const std::string pattern = (folder / (prefix + std::to_string(::getpid()) + "-XXXXXX")).string();
  while (true) {
    std::string path = pattern;
    const bool made = ::mkdtemp(path.data()) != nullptr;
    Descriptor lock = made ? open_folder(path) : Descriptor();
    if (!made || (!lock && errno != ENOENT)) {
      base::Diagnostic problem;
      problem.file = folder.string();
      problem.message = std::string("cannot make a folder for the stores: ") + std::strerror(errno);
      problem.hint = "set TMPDIR to a folder that can be written";
      return base::unexpected(std::move(problem));
    }
    if (lock && ::flock(lock.get(), LOCK_EX) == 0 && is_there(path, lock))
      return PrivateFolder(std::move(path), std::move(lock));
  }
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

PrivateFolder::~PrivateFolder() {
  if (path_.empty()) return;
  std::error_code error;
  fs::remove_all(path_, error);
}

}  // namespace seawall::os
