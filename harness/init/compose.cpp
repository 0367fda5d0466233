// Compose files, as far as they tell how services are started and who calls whom.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/init/part.hpp"
#include "harness/init/tree.hpp"

namespace seawall::init {
namespace {

namespace fs = std::filesystem;

std::optional<int> port_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number > 0 && number <= 65535 ? std::optional(number) : std::nullopt;
}

// "127.0.0.1:8080:80/tcp" -> 80: the last of it is the container's. None of a range.
std::optional<int> container_port(std::string_view text) {
  text = text.substr(0, text.find('/'));
  return port_in(text.substr(text.rfind(':') + 1));
}

// "http://localhost:3000/health" in the words of a health check -> "/health".
std::string health_path(std::string_view words) {
  for (const std::string_view host : {"://localhost", "://127.0.0.1", "://0.0.0.0"}) {
    const std::size_t at = words.find(host);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = words.substr(at + host.size());
    const std::string_view url = rest.substr(0, rest.find_first_of(" '\"|;&)"));
    const std::size_t slash = url.find('/');
    return slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  }
  return {};
}

class Compose {
 public:
  explicit Compose(const Folder& folder) : folder_(folder) {
    const auto text = folder.read_beside(".env", remarks_);
    if (!text) return;
    for (const auto& [name, value] : variables_in(*text)) {
      values_[name] = without_secrets(name, value);
      if (values_[name] != value) secrets_.push_back(name);
    }
  }

  Part part(const std::string& name, const Tree& service) {
    Part part;
    part.name = name;
    part.image = text_of(service, "image");
    for (const char* key : {"container_name", "hostname"})
      if (std::string alias = text_of(service, key); !alias.empty())
        part.aliases.push_back(std::move(alias));
    add_network_aliases(part, service.get("networks"));
    add_environment(part, service);
    add_ports(part, service);
    add_needs(part, service.get("depends_on"));
    if (const Tree* check = service.get("healthcheck")) part.health = health_of(*check);
    add_command(part, service);
    return part;
  }

  std::vector<std::string> remarks() const {
    std::vector<std::string> remarks = remarks_;
    if (!missing_.empty())
      remarks.push_back("Compose finds no value for " + base::join(missing_, ", ") +
                        " and takes nothing; so does this.");
    if (!secrets_.empty())
      remarks.push_back(
          fmt::format("Of .env, these have what looks like a secret, and \"{1}\" stands for it: "
                      "{0}. Where the real one is needed, write ${{env.NAME}}.",
                      base::join(secrets_, ", "), stand_in));
    return remarks;
  }

 private:
  std::string text(const std::string& raw) { return interpolated(raw, values_, missing_); }
  std::string text_of(const Tree& table, std::string_view key) {
    return text(std::string(table.text_of(key)));
  }

  // A list of texts; one text counts as a line of a shell.
  Words words(const Tree* value) {
    Words words;
    if (!value) return words;
    if (value->is_text()) return command_of(text(value->text));
    for (const Tree& item : value->items) words.push_back(text(item.text));
    return words;
  }

  void add_network_aliases(Part& part, const Tree* networks) {
    if (!networks) return;
    for (const auto& [name, network] : networks->entries)
      if (const Tree* aliases = network.get("aliases"))
        for (const Tree& alias : aliases->items) part.aliases.push_back(text(alias.text));
  }

  void add_environment(Part& part, const Tree& service) {
    if (const Tree* environment = service.get("environment")) {
      for (const auto& [name, value] : environment->entries)
        add_variable(part, name, text(value.text));
      for (const Tree& item : environment->items) {
        const std::string line = item.text;
        const std::size_t equals = line.find('=');
        if (equals != std::string::npos)
          add_variable(part, line.substr(0, equals), text(line.substr(equals + 1)));
        else if (const auto known = values_.find(line); known != values_.end())
          add_variable(part, line, known->second);
      }
    }
    const Tree* files = service.get("env_file");
    if (!files) return;
    if (files->is_text()) add_file(part, text(files->text));
    for (const Tree& item : files->items)
      add_file(part, item.is_text() ? text(item.text) : text_of(item, "path"));
  }

  void add_file(Part& part, const std::string& file) {
    const Text text = folder_.read(file);
    if (!text || !*text)
      return part.remarks.push_back("Its env_file " + file + " " +
                                    (text ? "is not there" : text.error().message) + ".");
    for (const auto& [name, value] : variables_in(**text)) add_variable(part, name, value);
  }

  void add_ports(Part& part, const Tree& service) {
    const auto add = [&](const Tree* list, bool published) {
      if (!list) return;
      for (const Tree& item : list->items) {
        const auto port =
            item.is_table() ? port_in(text_of(item, "target")) : container_port(text(item.text));
        if (!port) continue;
        part.ports.push_back(*port);
        part.published = part.published || published;
      }
    };
    add(service.get("ports"), true);
    add(service.get("expose"), false);
  }

  // A list of names, or a table of them with conditions.
  static void add_needs(Part& part, const Tree* needs) {
    if (!needs) return;
    for (const Tree& item : needs->items) part.needs.push_back(item.text);
    for (const auto& [name, condition] : needs->entries) part.needs.push_back(name);
  }

  std::string health_of(const Tree& check) {
    const Tree* test = check.get("test");
    if (!test) return {};
    std::string all = text(test->text);
    for (const Tree& item : test->items) all += " " + text(item.text);
    return health_path(all);
  }

  void add_command(Part& part, const Tree& service) {
    part.command = words(service.get("entrypoint"));
    for (std::string& word : words(service.get("command"))) part.command.push_back(std::move(word));
    const Tree* build = service.get("build");
    if (!build) return;
    const std::string context = build->is_text() ? text(build->text) : text_of(*build, "context");
    const std::string dockerfile = text_of(*build, "dockerfile");
    part.folder = (fs::path(context) / "").lexically_normal().parent_path().string();
    if (part.folder == ".") part.folder.clear();
    if (!part.command.empty()) part.remarks.emplace_back("The command is the compose file's.");
    add_dockerfile(folder_,
                   fs::path(part.folder) / (dockerfile.empty() ? "Dockerfile" : dockerfile), part);
    if (part.command.empty() && add_package_command(folder_, part))
      part.remarks.emplace_back("The command is a guess, from its package.json.");
  }

  const Folder& folder_;
  std::map<std::string, std::string> values_;
  std::vector<std::string> secrets_;
  std::vector<std::string> remarks_;
  std::vector<std::string> missing_;
};

}  // namespace

Result read_compose(const Folder& folder, const std::string& file, const std::string& text) {
  const auto tree = read_yaml(file, text);
  if (!tree) return base::unexpected(tree.error());
  const Tree* services = tree->get("services");
  if (!services || !services->is_table() || services->entries.empty()) {
    base::Diagnostic problem;
    problem.file = file;
    problem.line = services ? services->line : 0;
    problem.message = "no services; expected a table `services` with at least one";
    return base::unexpected(std::move(problem));
  }
  Compose compose(folder);
  Parts parts;
  parts.source = file;
  for (const auto& [name, service] : services->entries)
    parts.parts.push_back(compose.part(name, service));
  parts.remarks = compose.remarks();
  return parts;
}

}  // namespace seawall::init
