// Folders whose services are processes already: a Procfile, or packages of Node.
#include <algorithm>
#include <array>
#include <cctype>

#include <boost/json.hpp>

#include "harness/base/text.hpp"
#include "harness/init/part.hpp"

namespace seawall::init {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

bool is_process_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '-' || byte == '_';
  });
}

// The variables of .env, which who runs a Procfile gives to every process.
void add_env_file(const Folder& folder, Parts& parts) {
  const auto text = folder.read(".env");
  if (!text) return;
  for (const auto& [name, value] : variables_in(*text))
    if (name != "PORT")
      for (Part& part : parts.parts) add_variable(part, name, value);
}

// What a package.json says.
struct Package {
  std::string name;
  std::string script;  // its name: "start"
  std::string line;
};

// Absent: no package, or none that can be started.
std::optional<Package> package_in(const std::string& text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* object = error ? nullptr : value.if_object();
  const json::value* scripts = object ? object->if_contains("scripts") : nullptr;
  if (!scripts || !scripts->is_object()) return std::nullopt;
  for (const char* script : {"start", "serve", "dev"}) {
    const json::value* line = scripts->get_object().if_contains(script);
    if (!line || !line->is_string()) continue;
    const json::value* name = object->if_contains("name");
    return Package{name && name->is_string() ? std::string(name->get_string()) : std::string(),
                   script, std::string(line->get_string())};
  }
  return std::nullopt;
}

// node itself, else npm, which finds what the package has installed.
Words command_of(const Package& package) {
  const auto words = words_of(package.line);
  if (words && words->front() == "node") return *words;
  return {"npm", "run", "--silent", package.script};
}

std::optional<Part> part_of(const Folder& folder, const fs::path& place) {
  const auto text = folder.read(place / "package.json");
  const auto package = text ? package_in(*text) : std::nullopt;
  if (!package) return std::nullopt;
  Part part;
  part.folder = place.string();
  part.name = place.empty() ? package->name : place.filename().string();
  // "@acme/orders"
  part.name = part.name.substr(part.name.rfind('/') + 1);
  if (part.name.empty()) part.name = "app";
  if (!package->name.empty()) part.aliases.push_back(package->name);
  part.command = command_of(*package);
  part.told_port = true;
  part.remarks.push_back("Started as its script \"" + package->script + "\" has it.");
  return part;
}

}  // namespace

Result read_procfile(const Folder& folder, const std::string& file, const std::string& text) {
  Parts parts;
  parts.source = file;
  int number = 0;
  for (const std::string_view raw : base::split(text, '\n')) {
    ++number;
    const std::string_view line = base::trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    if (colon == std::string_view::npos || !is_process_name(name) ||
        base::trim(line.substr(colon + 1)).empty()) {
      base::Diagnostic problem;
      problem.file = file;
      problem.line = number;
      problem.message = "expected NAME: COMMAND";
      problem.excerpt = std::string(line);
      return base::unexpected(std::move(problem));
    }
    const std::string_view command = base::trim(line.substr(colon + 1));
    if (name == "release") {
      parts.remarks.push_back("The Procfile's release step is no service: `" +
                              without_secrets("", command) +
                              "`; as `setup` of a service it would run before each start.");
      continue;
    }
    Part part;
    part.name = std::string(name);
    part.command = command_of(command);
    part.published = part.told_port = name == "web";
    parts.parts.push_back(std::move(part));
  }
  add_env_file(folder, parts);
  return parts;
}

bool add_package_command(const Folder& folder, Part& part) {
  const auto text = folder.read(fs::path(part.folder) / "package.json");
  const auto package = text ? package_in(*text) : std::nullopt;
  if (package) part.command = command_of(*package);
  return package.has_value();
}

Result read_packages(const Folder& folder) {
  Parts parts;
  parts.source = "package.json";
  if (auto part = part_of(folder, "")) {
    parts.parts.push_back(std::move(*part));
    return parts;
  }
  for (const char* group : {"", "services", "packages", "apps"})
    for (const std::string& name : folder.folders(group))
      if (auto part =
              name == "node_modules" ? std::nullopt : part_of(folder, fs::path(group) / name))
        parts.parts.push_back(std::move(*part));
  if (parts.parts.size() > 1) parts.source = "the package.json of each service";
  return parts;
}

}  // namespace seawall::init
