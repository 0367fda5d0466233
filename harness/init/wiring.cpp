#include "harness/init/wiring.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/init/references.hpp"

namespace seawall::init {
namespace {

using Builtin = model::Service::Builtin;

constexpr std::string_view port_template = "${port}";

struct Known {
  Builtin builtin;
  std::string_view image;  // the last part of its name
  int port;
};
constexpr auto known_images = std::to_array<Known>({
    {Builtin::postgres, "postgres", 5432},
    {Builtin::postgres, "postgresql", 5432},
    {Builtin::postgres, "postgis", 5432},
    {Builtin::postgres, "timescaledb", 5432},
    {Builtin::redis, "redis", 6379},
    {Builtin::redis, "valkey", 6379},
    {Builtin::nats, "nats", 4222},
});

// "docker.io/bitnami/postgresql:16" -> "postgresql".
std::string_view name_of_image(std::string_view image) {
  image = image.substr(image.rfind('/') + 1);
  return image.substr(0, image.find_first_of(":@"));
}

const Known* known_of(const std::string& image) {
  const auto found = std::find_if(known_images.begin(), known_images.end(), [&](const Known& one) {
    return one.image == name_of_image(image);
  });
  return found == known_images.end() ? nullptr : &*found;
}

bool is_plain(std::string_view name, bool dashes) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte == '_' || (dashes && byte == '-');
  });
}

std::string value_of(const Part& part, std::string_view name) {
  for (const auto& [key, value] : part.env)
    if (key == name) return value;
  return {};
}

template <class Value>
bool has(const std::vector<Value>& all, const Value& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

class Wiring {
 public:
  explicit Wiring(Parts parts) : parts_(std::move(parts.parts)) {
    system_.source = std::move(parts.source);
    system_.remarks = std::move(parts.remarks);
  }

  System system() {
    give_names();
    needs_.resize(parts_.size());
    for (const Part& part : parts_) system_.services.push_back(beginning_of(part));
    for (std::size_t i = 0; i < parts_.size(); ++i) note_ports_that_callers_know(i);
    for (std::size_t i = 0; i < parts_.size(); ++i) give_port(i);
    for (std::size_t i = 0; i < parts_.size(); ++i) give_stated_needs(i);
    for (std::size_t i = 0; i < parts_.size(); ++i) give_texts(i);
    system_.entry = entry();
    return std::move(system_);
  }

 private:
  // ---- Names: those of scenarios are letters, digits, '-' and '_', and each is another.

  void give_names() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      std::string name;
      for (const char byte : parts_[i].name) name += is_plain({&byte, 1}, true) ? byte : '-';
      const bool taken = name == model::client_name || name == model::base_name;
      if (taken || name.empty()) name += name.empty() ? "service" : "-service";
      while (std::find(names_.begin(), names_.end(), name) != names_.end()) name += "-2";
      names_.push_back(name);
      by_alias_.emplace(parts_[i].name, i);
    }
    // What something is called is stronger than what it is called, too.
    for (std::size_t i = 0; i < parts_.size(); ++i)
      for (const std::string& alias : parts_[i].aliases) by_alias_.emplace(alias, i);
  }

  std::optional<std::size_t> position_of(std::string_view alias) const {
    const auto found = by_alias_.find(alias);
    return found == by_alias_.end() ? std::nullopt : std::optional(found->second);
  }

  // ---- What a part is.

  Service beginning_of(const Part& part) {
    Service service;
    service.name = names_[system_.services.size()];
    service.remarks = part.remarks;
    service.health = part.health;
    if (const Known* known = known_of(part.image)) {
      service.builtin = known->builtin;
      service.listens = true;
      service.health.clear();
      if (!part.command.empty())
        service.remarks.emplace_back("Its options were left out: they are those of its image.");
      if (known->builtin == Builtin::postgres) add_databases(part, service);
    } else {
      service.command = part.command;
      service.folder = part.folder;
    }
    if (service.is_missing_command()) service.remarks.push_back(why_no_command(part));
    return service;
  }

  static std::string why_no_command(const Part& part) {
    constexpr std::string_view what = "a command that starts it in the foreground, on ${port}.";
    if (part.image.empty()) return fmt::format("FILL IN: {}", what);
    return fmt::format(
        "FILL IN: its image {} is none that Seawall starts by itself (postgres, redis "
        "and nats are): {}",
        part.image, what);
  }

  // As the image makes them.
  static void add_databases(const Part& part, Service& service) {
    service.user = value_of(part, "POSTGRES_USER");
    if (service.user.empty()) service.user = "postgres";
    std::string database = value_of(part, "POSTGRES_DB");
    if (database.empty()) database = service.user;
    if (!is_plain(service.user, false)) {
      service.remarks.push_back("Its user " + service.user +
                                " is none that Seawall can make; \"app\" is there instead.");
      service.user = "app";
    }
    if (is_plain(database, false))
      service.databases.push_back(database);
    else
      service.remarks.push_back("Its database " + database +
                                " is none that Seawall can make: letters, digits and '_'.");
  }

  // ---- Ports.

  // What no file tells of a service, those that call it may know.
  void note_ports_that_callers_know(std::size_t caller) {
    const auto note = [&](const std::string& text) {
      with_references(text, [&](const Reference& reference) -> std::optional<std::string> {
        const auto callee = position_of(reference.host);
        if (callee && *callee != caller) called_.push_back(*callee);
        if (callee && *callee != caller && parts_[*callee].ports.empty() && reference.port)
          parts_[*callee].ports.push_back(*reference.port);
        return std::nullopt;
      });
    };
    for (const auto& [name, value] : parts_[caller].env) note(value);
    for (const std::string& word : parts_[caller].command) note(word);
  }

  // A free one where its environment or its command says which it is to be; else what its code has.
  void give_port(std::size_t i) {
    Part& part = parts_[i];
    Service& service = system_.services[i];
    if (service.builtin) return;
    const bool mentions = mentions_port(part.command);
    service.listens = mentions || part.told_port || !part.ports.empty() || has(called_, i);
    if (!service.listens || mentions) return;
    const std::string number = part.ports.empty() ? "" : std::to_string(part.ports.front());
    if (!number.empty() && tell_port(part, number)) return;
    const bool taken = !number.empty() && !taken_ports_.insert({part.ports.front(), i}).second;
    constexpr int first_unprivileged = 1024;
    const bool usable = !number.empty() && !taken && part.ports.front() >= first_unprivileged;
    if (usable && !part.told_port) {
      service.port = part.ports.front();
      service.remarks.push_back("Its port " + number +
                                " is fixed, because nothing that is told to it names it.");
      return;
    }
    add_variable(part, "PORT", std::string(port_template));
    if (part.told_port) return;
    service.remarks.push_back(
        taken
            ? fmt::format("Port {} is that of {}, too; PORT is a guess at how it is told another.",
                          number, names_[taken_ports_.at(part.ports.front())])
            : std::string("PORT is a guess at how it is told where to listen."));
  }

  static bool mentions_port(const Words& command) {
    return std::any_of(command.begin(), command.end(), [](const std::string& word) {
      return word.find(port_template) != std::string::npos;
    });
  }

  // Puts the template where the number stands: in variables of that kind, and in the command.
  static bool tell_port(Part& part, const std::string& number) {
    bool told = false;
    for (auto& [name, value] : part.env) {
      const bool of_its_own = name.ends_with("PORT") || name.find("LISTEN") != std::string::npos ||
                              name.find("ADDR") != std::string::npos ||
                              name.find("BIND") != std::string::npos;
      if (of_its_own) told |= replace_port(value, number);
    }
    for (std::string& word : part.command) told |= replace_port(word, number);
    return told;
  }

  // "3000", ":3000", "0.0.0.0:3000", "--port=3000".
  static bool replace_port(std::string& text, const std::string& number) {
    if (!text.ends_with(number)) return false;
    const std::string before = text.substr(0, text.size() - number.size());
    const bool own_address = before.empty() || before == ":" || before.ends_with("0.0.0.0:") ||
                             before.ends_with("localhost:") || before.ends_with("127.0.0.1:") ||
                             before.ends_with('=');
    if (own_address) text = before + std::string(port_template);
    return own_address;
  }

  // ---- What is told to a service.

  void give_texts(std::size_t i) {
    Part& part = parts_[i];
    Service& service = system_.services[i];
    if (service.builtin) return;
    leave_out_secrets(part, service);
    for (const auto& [name, value] : part.env) {
      std::string text = wired(i, name, value);
      if (text.find("${") != std::string::npos && !is_template(text)) {
        service.remarks.push_back(name + " was left out: \"${\" begins a template here.");
        continue;
      }
      service.env.emplace_back(name, std::move(text));
    }
    service.command.clear();
    for (const std::string& word : part.command) service.command.push_back(wired(i, "", word));
    const bool bad =
        std::any_of(service.command.begin(), service.command.end(), [](const std::string& word) {
          return word.find("${") != std::string::npos && !is_template(word);
        });
    if (!bad) return;
    service.remarks.push_back("FILL IN: its command `" + base::join(service.command, " ") +
                              "` has a \"${\" that only a shell understands.");
    service.command.clear();
  }

  static void leave_out_secrets(Part& part, Service& service) {
    std::vector<std::string> where;
    const auto leave_out = [&](const std::string& name, const std::string& said,
                               std::string& text) {
      std::string copy = without_secrets(name, text);
      if (copy != text && !has(where, said)) where.push_back(said);
      text = std::move(copy);
    };
    for (auto& [name, value] : part.env) leave_out(name, name, value);
    for (std::string& word : part.command) leave_out("", "its command", word);
    if (where.empty()) return;
    service.remarks.push_back(
        fmt::format("\"{1}\" stands for what looks like a secret in {0}. Where the real one is "
                    "needed, write ${{env.NAME}}.",
                    base::join(where, ", "), stand_in));
  }

  // Whether every "${" of it is one that was put there.
  static bool is_template(std::string_view text) {
    for (std::size_t at = text.find("${"); at != std::string_view::npos;
         at = text.find("${", at + 2)) {
      const std::string_view rest = text.substr(at);
      if (!rest.starts_with(port_template) && !rest.starts_with("${link.")) return false;
    }
    return true;
  }

  // With links in the place of hosts.
  std::string wired(std::size_t caller, const std::string& name, const std::string& text) {
    return with_references(text, [&](const Reference& reference) -> std::optional<std::string> {
      const auto callee = position_of(reference.host);
      if (!callee || *callee == caller) return std::nullopt;
      if (reference.whole && !reference.port) return host_alone(caller, *callee, name);
      const base::Link link{names_[caller], names_[*callee]};
      if (!has(system_.links, link)) system_.links.push_back(link);
      add_need(caller, *callee);  // one starts after the other here, and a health check may call it
      return "${link." + link.from + "." + link.to + "}";
    });
  }

  // DB_HOST=db: a host by itself leads to this machine, and the port is to be as it is told beside
  // it, or as the code has it.
  std::optional<std::string> host_alone(std::size_t caller, std::size_t callee,
                                        const std::string& name) {
    const std::size_t at = name.rfind("HOST");
    if (at == std::string::npos) return std::nullopt;
    Service& service = system_.services[callee];
    if (!service.port) {
      const std::string told = value_of(parts_[caller], name.substr(0, at) + "PORT");
      const Known* known = known_of(parts_[callee].image);
      const int usual = known ? known->port : 0;
      const auto& ports = parts_[callee].ports;
      const int port = !told.empty() && is_number(told) ? std::stoi(told)
                       : ports.empty()                  ? usual
                                                        : ports.front();
      if (port > 0 && port <= 65535) service.port = port;
    }
    if (service.builtin) add_need(caller, callee);
    system_.services[caller].remarks.push_back(fmt::format(
        "{} is a host without a port, so its calls to {} go past the proxy: no fault of that link "
        "reaches them. A variable with HOST:PORT could be ${{link.{}.{}}}.",
        name, names_[callee], names_[caller], names_[callee]));
    return "127.0.0.1";
  }

  static bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](unsigned char b) { return std::isdigit(b); });
  }

  void give_stated_needs(std::size_t i) {
    for (const std::string& need : parts_[i].needs)
      if (const auto position = position_of(need); position && *position != i)
        add_need(i, *position);
  }

  // Where that makes no circle.
  void add_need(std::size_t who, std::size_t what) {
    if (has(needs_[who], what) || reaches(what, who)) return;
    needs_[who].push_back(what);
    system_.services[who].needs.push_back(names_[what]);
  }

  // Looks at each service once: the ways through services that all need each other are too many.
  bool reaches(std::size_t from, std::size_t to) const {
    std::vector<bool> seen(parts_.size());
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (at == to) return true;
      if (seen[at]) continue;
      seen[at] = true;
      open.insert(open.end(), needs_[at].begin(), needs_[at].end());
    }
    return false;
  }

  // ---- Who gets the load: who is called from outside and by nobody inside.

  std::string entry() {
    std::string best;
    int most = -1;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Service& service = system_.services[i];
      if (service.builtin || !service.listens) continue;
      const bool called = std::any_of(system_.links.begin(), system_.links.end(),
                                      [&](const auto& link) { return link.to == service.name; });
      const int points = (parts_[i].published ? 2 : 0) + (called ? 0 : 1);
      if (points > most) best = service.name;
      most = std::max(most, points);
    }
    if (best.empty()) best = somebody();
    return best;
  }

  // Nobody is known to listen. Empty: all of them are servers that only others call.
  std::string somebody() {
    const auto found = std::find_if(system_.services.begin(), system_.services.end(),
                                    [](const Service& service) { return !service.builtin; });
    if (found == system_.services.end()) return {};
    found->listens = true;
    const bool told = std::any_of(found->env.begin(), found->env.end(),
                                  [](const auto& one) { return one.first == "PORT"; });
    if (!told) found->env.emplace_back("PORT", port_template);
    found->remarks.emplace_back(
        "Nothing says who takes requests: that it does, and where PORT says, is a guess.");
    return found->name;
  }

  std::vector<Part> parts_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t, std::less<>> by_alias_;
  std::vector<std::size_t> called_;
  std::vector<std::vector<std::size_t>> needs_;  // of each, as positions
  std::map<int, std::size_t> taken_ports_;
  System system_;
};

}  // namespace

System wired(Parts parts) { return Wiring(std::move(parts)).system(); }

}  // namespace seawall::init
