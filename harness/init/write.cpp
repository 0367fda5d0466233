#include "harness/init/write.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::init {
namespace {

constexpr std::size_t widest = 96;

// TOML is UTF-8, and what was read may be anything.
std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = model::utf8_length(text);
    out += length == 0 ? std::string_view("?") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

// A basic string of TOML.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\')
      out += std::string("\\") + byte;
    else if (code < 0x20 || code == 0x7f)
      out += fmt::format("\\u{:04X}", code);
    else
      out += byte;
  }
  return out + "\"";
}

std::string key_of(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char byte) {
    return (byte < 0x80 && std::isalnum(byte) != 0) || byte == '_' || byte == '-';
  });
  return bare ? name : toml_text(name);
}

std::string list_of(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(toml_text(text));
  return "[" + base::join(all, ", ") + "]";
}

// Sentences as comments, broken between words.
std::string comment(std::string_view sentence) {
  std::string out;
  std::string line = "#";
  std::string clean(sentence);
  for (char& byte : clean)
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) byte = ' ';
  for (const std::string_view word : base::split(clean, ' ')) {
    if (line.size() + 1 + word.size() > widest && line != "#") {
      out += line + "\n";
      line = "#";
    }
    line += " " + std::string(word);
  }
  return out + line + "\n";
}

std::string builtin_toml(const Service& service) {
  std::string out = fmt::format("builtin = {}\n", toml_text(model::name_of(*service.builtin)));
  if (!service.databases.empty()) out += "databases = " + list_of(service.databases) + "\n";
  if (!service.user.empty()) out += "user = " + toml_text(service.user) + "\n";
  return out;
}

std::string command_toml(const Service& service) {
  std::string out;
  if (!service.folder.empty()) out += "cwd = " + toml_text(service.folder) + "\n";
  const std::string reminder =
      fmt::format("echo 'fill in the command of {}' >&2; exit 1", service.name);
  const Words words = service.is_missing_command() ? Words{"sh", "-c", reminder} : service.command;
  out += "command = " + list_of(words) + "\n";
  if (!service.health.empty())
    out += "ready = { http = " + toml_text(service.health) + ", within = \"30s\" }\n";
  else if (service.listens)
    out +=
        "ready = { tcp = true, within = \"30s\" }  # a path that answers 2xx is better: http = "
        "\"/health\"\n";
  return out;
}

std::string service_toml(const Service& service) {
  std::string out = "\n";
  for (const std::string& remark : service.remarks) out += comment(remark);
  out += "[[service]]\nname = " + toml_text(service.name) + "\n";
  out += service.builtin ? builtin_toml(service) : command_toml(service);
  if (service.port) out += fmt::format("port = {}\n", *service.port);
  if (!service.needs.empty()) out += "needs = " + list_of(service.needs) + "\n";
  if (service.env.empty()) return out;
  out += "[service.env]\n";
  for (const auto& [name, value] : service.env)
    out += key_of(name) + " = " + toml_text(value) + "\n";
  return out;
}

std::string load_toml(const System& system) {
  const auto entry = std::find_if(system.services.begin(), system.services.end(),
                                  [&](const Service& one) { return one.name == system.entry; });
  const std::string path =
      entry == system.services.end() || entry->health.empty() ? "/" : entry->health;
  return fmt::format(
      "\n# Who gets the load, and with what, is a guess: take a request that your users live by.\n"
      "[load]\nmodel = \"open\"\nrate = \"10/s\"\nto = {}\n"
      "\n[[load.request]]\nname = \"first\"\nmethod = \"GET\"\npath = {}\n"
      "# json = {{ sku = \"A1\", quantity = \"{{{{int 1 3}}}}\" }}\n"
      "# expect = {{ status = [200, 201] }}   # absent: any 2xx\n",
      toml_text(system.entry), toml_text(path));
}

// The link nearest to the entry.
const base::Link* first_link(const System& system) {
  const auto found = std::find_if(system.links.begin(), system.links.end(),
                                  [&](const auto& link) { return link.from == system.entry; });
  if (found != system.links.end()) return &*found;
  return system.links.empty() ? nullptr : &system.links.front();
}

std::string faults_toml(const System& system) {
  std::string out;
  const base::Link* link = first_link(system);
  const std::string victim = link ? link->to : system.entry;
  if (link)
    out += fmt::format(
        "\n# A slow callee. If no request of the load comes this way, the run says so (exit 5).\n"
        "[[fault]]\nname = \"slow\"\non = {}\ntype = \"latency\"\nlatency = \"500ms\"\n"
        "at = \"10s\"\nfor = \"10s\"\n",
        toml_text(base::to_text(*link)));
  else
    out +=
        "\n# No variable was found by which one service calls another: the way from A to B is\n"
        "# ${link.A.B} in A's env, or [[link]] with `host` and wiring = \"http_proxy\".\n";
  out += fmt::format(
      "\n# SIGKILL, and a new start on the same port.\n[[fault]]\nname = \"crash\"\n"
      "on = {}\ntype = \"crash\"\nrestart = \"2s\"\nat = \"25s\"\n",
      toml_text(victim));
  return out;
}

constexpr std::string_view judging = R"(
# What has to hold. The best checks are invariants of your own: [[probe]] looks into a service or
# a database, and [[invariant]] that = "..." says what must be true of what it sees.
[[slo]]
that = "error_rate < 5%"
phase = "outside faults + 5s"

[[slo]]
that = 'recovery_time("crash", error_rate < 5%) < 10s'
)";

}  // namespace

std::string to_toml(const System& system, const std::string& name, const std::string& root) {
  std::string out = comment("A first scenario, written by `seawall init` from " + system.source +
                            ". What it guessed, a comment says; what is left to do is marked FILL "
                            "IN. Then: seawall validate, seawall explain, seawall run.");
  for (const std::string& remark : system.remarks) out += comment(remark);
  out += fmt::format(
      "schema = 1\n\n[scenario]\nname = {}\n\n[run]\nwarmup = \"3s\"\n"
      "duration = \"40s\"\nsettle = \"10s\"\n\n[target]\nkind = \"services\"\n",
      toml_text(name + "/first"));
  if (!root.empty()) out += "root = " + toml_text(root) + "\n";
  out +=
      "\n# ${port}: a free port. ${link.A.B}: the address of B as A is to know it, through the "
      "proxy.\n";
  for (const Service& service : system.services) out += service_toml(service);
  return as_utf8(out + load_toml(system) + faults_toml(system)) + std::string(judging);
}

}  // namespace seawall::init
