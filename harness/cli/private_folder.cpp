#include "harness/cli/private_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;
constexpr const char* prefix = "seawall-run-";
constexpr const char* unlocked_prefix =
    "seawall-new-";  // until its lock is held: no sweep meets it
constexpr const char* lock_name = "lock";

fs::path temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named && *named ? named : "/tmp";
}

// A folder whose lock nobody holds belonged to a process that is gone.
void sweep(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const int lock = open((entry.path() / lock_name).c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) continue;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(entry.path(), error);
    close(lock);
  }
}

}  // namespace

base::expected<PrivateFolder, base::Diagnostic> PrivateFolder::make() {
  const fs::path folder = temporary_folder();
  sweep(folder);
  std::string made = (folder / (std::string(unlocked_prefix) + "XXXXXX")).string();
  int lock = -1;
  if (mkdtemp(made.data()))
    lock = open((fs::path(made) / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  std::string path = (folder / (prefix + made.substr(made.size() - 6))).string();
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0 || std::rename(made.c_str(), path.c_str())) {
    base::Diagnostic problem;
    problem.file = folder.string();
    problem.message = std::string("cannot make a folder for the stores: ") + std::strerror(errno);
    problem.hint = "set TMPDIR to a folder that can be written";
    return base::unexpected(std::move(problem));
  }
  return PrivateFolder(std::move(path), lock);
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

PrivateFolder::~PrivateFolder() {
  if (lock_ < 0) return;
  std::error_code error;
  fs::remove_all(path_, error);
  close(lock_);
}

}  // namespace seawall::cli
