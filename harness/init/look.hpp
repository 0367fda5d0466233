// Looks at a folder for what tells how its services are started: a compose file, else a Procfile,
// else packages of Node.
#pragma once
#include <filesystem>

#include "harness/init/wiring.hpp"

namespace seawall::init {

// The error says what was looked for, or what is wrong with what was found.
base::expected<System, base::Diagnostic> look_at(const std::filesystem::path& folder);

}  // namespace seawall::init
