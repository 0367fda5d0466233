#include "harness/init/look.hpp"

#include <array>
#include <system_error>

#include "harness/base/text.hpp"

namespace seawall::init {
namespace {

namespace fs = std::filesystem;

// In the order in which compose itself looks for them.
constexpr auto compose_files = std::to_array<const char*>(
    {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"});

base::Diagnostic problem_of(const fs::path& folder, std::string message, std::string hint) {
  base::Diagnostic problem;
  problem.file = folder.string();
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

Result read_first(const Folder& folder) {
  for (const char* file : compose_files) {
    const Text text = folder.read(file);
    if (!text) return base::unexpected(text.error());
    if (*text) return read_compose(folder, file, **text);
  }
  const Text procfile = folder.read("Procfile");
  if (!procfile) return base::unexpected(procfile.error());
  return *procfile ? read_procfile(folder, "Procfile", **procfile) : read_packages(folder);
}

}  // namespace

base::expected<System, base::Diagnostic> look_at(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error))
    return base::unexpected(problem_of(path, "no such folder; expected that of your services", ""));
  auto parts = read_first(Folder(path));
  if (!parts) {
    base::Diagnostic problem = parts.error();
    problem.file = (path / problem.file).string();
    return base::unexpected(std::move(problem));
  }
  if (parts->parts.empty())
    return base::unexpected(problem_of(
        path,
        "nothing that says how services are started; expected a compose file, a Procfile, or a "
        "package.json with a script \"start\"",
        "the README shows how a scenario of your own services looks"));
  System system = wired(std::move(*parts));
  if (system.entry.empty())
    return base::unexpected(problem_of(path,
                                       system.source +
                                           " has only servers that others call; expected a service "
                                           "that takes requests",
                                       ""));
  return system;
}

}  // namespace seawall::init
