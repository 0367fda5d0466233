// A user of this machine that a child becomes, for programs that refuse to run as root. Only root
// can let its children become somebody else.
#pragma once
#include <string>

#include <sys/types.h>

#include "harness/base/result.hpp"

namespace seawall::os {

struct User {
  std::string name;
  uid_t id = 0;
  gid_t group = 0;
};

bool is_root();

// The error is a sentence for the user.
base::expected<User, std::string> find_user(const std::string& name);

// Makes an existing folder the user's, and lets the user pass through the folders above it: the
// rights of those are changed up to the private folder (private_folder.hpp) that it lies in, and of
// none beyond. The error names the folder that the user cannot pass, and says what to do.
base::expected<void, std::string> give_folder(const std::string& folder, const User& user);

}  // namespace seawall::os
