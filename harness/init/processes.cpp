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
  const auto text = folder.read_beside(".env", parts.remarks);
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

// The error says where what should be JSON is none.
base::expected<json::value, base::Diagnostic> json_in(const std::string& file,
                                                      const std::string& text) {
  json::parser parser;
  boost::system::error_code error;
  const std::size_t read = parser.write_some(text, error);
  if (!error && read == text.size()) return parser.release();
  const std::string_view before = std::string_view(text).substr(0, read);
  base::Diagnostic problem;
  problem.file = file;
  problem.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  problem.column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1;
  problem.message = "no JSON: " + (error ? error.message() : "more behind its end");
  return base::unexpected(std::move(problem));
}

// Absent: no package, or none that can be started.
using MaybePackage = base::expected<std::optional<Package>, base::Diagnostic>;

MaybePackage package_at(const Folder& folder, const fs::path& file) {
  const Text text = folder.read(file);
  if (!text) return base::unexpected(text.error());
  if (!*text) return std::nullopt;
  const auto value = json_in(file.string(), **text);
  if (!value) return base::unexpected(value.error());
  const json::object* object = value->if_object();
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

Part part_of(const fs::path& place, const Package& package) {
  Part part;
  part.folder = place.string();
  part.name = place.empty() ? package.name : place.filename().string();
  // "@acme/orders"
  part.name = part.name.substr(part.name.rfind('/') + 1);
  if (part.name.empty()) part.name = "app";
  if (!package.name.empty()) part.aliases.push_back(package.name);
  part.command = command_of(package);
  part.told_port = true;
  part.remarks.push_back("Started as its script \"" + package.script + "\" has it.");
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
  const fs::path file = fs::path(part.folder) / "package.json";
  const MaybePackage package = package_at(folder, file);
  if (!package)
    part.remarks.push_back(file.string() + ": " + package.error().message +
                           "; this is without it.");
  if (!package || !*package) return false;
  part.command = command_of(**package);
  return true;
}

Result read_packages(const Folder& folder) {
  Parts parts;
  parts.source = "package.json";
  std::vector<fs::path> places;
  for (const char* group : {"", "services", "packages", "apps"})
    for (const std::string& name : folder.folders(group))
      if (name != "node_modules") places.push_back(fs::path(group) / name);
  places.insert(places.begin(), "");
  for (const fs::path& place : places) {
    const MaybePackage package = package_at(folder, place / "package.json");
    if (!package) return base::unexpected(package.error());
    if (*package) parts.parts.push_back(part_of(place, **package));
    if (*package && place.empty()) return parts;
  }
  if (parts.parts.size() > 1) parts.source = "the package.json of each service";
  return parts;
}

}  // namespace seawall::init
