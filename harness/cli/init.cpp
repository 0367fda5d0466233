// seawall init: a first scenario for the services of a folder, from what the folder says of them.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/words.hpp"
#include "harness/init/look.hpp"
#include "harness/init/write.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

// The folder's own name, as scenarios may be called.
std::string name_of(const fs::path& folder) {
  std::string name;
  for (const unsigned char byte : folder.filename().string())
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-';
  constexpr std::size_t longest = 60;
  name.resize(std::min(name.size(), longest));
  return name.find_first_not_of('-') == std::string::npos ? "mine" : name;
}

// The services' folder as seen from that of the file; empty where they are the same.
std::string root_from(const fs::path& file, const fs::path& folder) {
  const fs::path relative = folder.lexically_relative(file.parent_path());
  return relative == "." ? "" : relative.empty() ? folder.string() : relative.string();
}

int complain(const std::string& message, int status) {
  std::fprintf(stderr, "seawall: init: %s\n", message.c_str());
  return status;
}

int write(const fs::path& file, const std::string& text, bool over_another) {
  std::FILE* const stream = std::fopen(file.c_str(), over_another ? "we" : "wxe");
  if (!stream && errno == EEXIST)
    return complain(file.string() + " is there already; --force writes over it, -o FILE elsewhere",
                    usage);
  const bool written = stream && std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  const int error = errno;
  if (stream && std::fclose(stream) == 0 && written) return passed;
  return complain("cannot write " + file.string() + ": " + std::strerror(error), environment);
}

void tell(const init::System& system, const std::string& file) {
  std::string said =
      fmt::format("wrote {}: {} of {}; the load goes to {}\n", file,
                  system.services.size() == 1 ? "one service"
                                              : fmt::format("{} services", system.services.size()),
                  system.source, system.entry);
  for (const init::Service& service : system.services)
    if (service.is_missing_command())
      said += fmt::format("fill in: how {} is started was not found\n", service.name);
  said += fmt::format("next: seawall explain {0}, then seawall run {0}\n", file);
  std::fputs(said.c_str(), stderr);
}

}  // namespace

int init_command(const Options& options) {
  std::error_code error;
  const fs::path folder = fs::canonical(options.init.folder, error);
  const auto system = init::look_at(error ? fs::path(options.init.folder) : folder);
  if (!system) {
    print({system.error()});
    return usage;
  }
  const fs::path file = options.init.file.empty() ? fs::path(options.init.folder) / "seawall.toml"
                                                  : fs::path(options.init.file);
  const fs::path whole = fs::weakly_canonical(file, error);
  const std::string text = init::to_toml(*system, name_of(folder), root_from(whole, folder));
  const auto reading = scenario::read_scenario_text(file.string(), text, {}, words());
  if (!reading) {
    print(reading.error());
    return complain("what " + system->source +
                        " says cannot be put into a scenario; nothing was "
                        "written",
                    usage);
  }
  if (options.init.print) {
    std::fputs(text.c_str(), stdout);
    return passed;
  }
  const int status = write(file, text, options.init.force);
  if (status == passed) tell(*system, file.string());
  return status;
}

}  // namespace seawall::cli
