#include "harness/os/user.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/os/private_folder.hpp"

namespace seawall::os {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) { return std::generic_category().message(error); }

bool can_pass(const struct stat& folder, const User& user) {
  if (folder.st_uid == user.id) return (folder.st_mode & S_IXUSR) != 0;
  if (folder.st_gid == user.group) return (folder.st_mode & S_IXGRP) != 0;
  return (folder.st_mode & S_IXOTH) != 0;
}

// By its group, so that others can pass no more than before.
bool let_pass(const fs::path& folder, const struct stat& facts, const User& user) {
  constexpr mode_t all_rights = 07777;
  return ::chown(folder.c_str(), static_cast<uid_t>(-1), user.group) == 0 &&
         ::chmod(folder.c_str(), (facts.st_mode & all_rights) | S_IXGRP) == 0;
}

}  // namespace

bool is_root() { return ::geteuid() == 0; }

base::expected<User, std::string> find_user(const std::string& name) {
  std::array<char, 16 * 1024> texts{};
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwnam_r(name.c_str(), &entry, texts.data(), texts.size(), &found);
  if (found) return User{name, entry.pw_uid, entry.pw_gid};
  return base::unexpected("there is no user '" + name + "' on this machine" +
                          (error == 0 ? std::string() : ": " + reason(error)));
}

base::expected<void, std::string> give_folder(const std::string& folder, const User& user) {
  const auto failed = [&](const fs::path& at, const std::string& why) {
    return base::unexpected("the user '" + user.name + "' cannot use " + at.string() + ": " + why);
  };
  std::error_code error;
  const fs::path whole = fs::canonical(folder, error);
  if (error) return failed(folder, error.message());
  if (::chown(whole.c_str(), user.id, user.group) != 0) return failed(whole, reason(errno));

  bool is_ours = true;
  for (fs::path at = whole; at != at.root_path();) {
    is_ours = is_ours && !is_private_folder(at);
    at = at.parent_path();
    struct stat facts{};
    if (::stat(at.c_str(), &facts) != 0) return failed(at, reason(errno));
    if (can_pass(facts, user)) continue;
    if (!is_ours)
      return failed(at, "it has no right to pass; set TMPDIR to a folder that everybody can pass");
    if (!let_pass(at, facts, user)) return failed(at, reason(errno));
  }
  return {};
}

}  // namespace seawall::os
