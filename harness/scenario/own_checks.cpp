// What the tables of the user's own system must fulfil, each by itself: [target], [[service]],
// [[link]], [[probe]], [control].
#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/scenario/decode.hpp"
#include "harness/scenario/own_rules.hpp"

namespace seawall::scenario {
namespace {

// Which kinds of target have this key; empty: all.
std::string_view owner_of(std::string_view key) {
  if (key == "kind") return {};
  if (key == "root") return "services or external";
  if (key == "isolation") return "services";
  return key == "base" ? "external" : "shop";
}

// The keys of `wanted` that the table has, in the order of the table.
std::vector<const Entry*> given_of(const Value& table,
                                   std::initializer_list<std::string_view> wanted) {
  std::vector<const Entry*> given;
  for (const Entry& entry : table.entries)
    if (std::ranges::find(wanted, entry.key) != wanted.end()) given.push_back(&entry);
  return given;
}

// One of these keys and no more.
const Entry* check_only_one(const At& at, std::initializer_list<std::string_view> keys) {
  const auto given = given_of(at.value, keys);
  std::vector<std::string> names;
  for (const std::string_view key : keys) names.emplace_back(key);
  if (given.empty()) at.error("expected one of " + base::join(names, ", "));
  for (std::size_t i = 1; i < given.size(); ++i)
    at.context.problems.error(given[i]->place,
                              fmt::format("\"{}\" beside \"{}\"; expected one of {}", given[i]->key,
                                          given[0]->key, base::join(names, ", ")));
  return given.size() == 1 ? given[0] : nullptr;
}

void check_not_empty(const At& at, std::string_view key, const model::Command& command) {
  const Value* value = at.value.get(key);
  if (!value || !value->is_array()) return;
  if (command.empty())
    at.context.problems.error(value->place, "an empty command; expected a program");
  else if (command.front().empty())
    at.context.problems.error(value->items[0].place, "an empty text; expected a program");
}

bool is_plain_name(std::string_view name, bool dashes) {
  const auto plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (dashes && c == '-');
  };
  return !name.empty() && std::ranges::all_of(name, plain);
}

void check_postgres_keys(const At& at, const model::Service& service) {
  for (const Entry* entry : given_of(at.value, {"databases", "user"}))
    if (service.builtin != model::Service::Builtin::postgres)
      at.context.problems.error(
          entry->place, fmt::format("\"{}\" belongs to builtin = \"postgres\"", entry->key));
  if (!is_plain_name(service.user, false))
    at.context.problems.error(
        place_of(at, "user"),
        fmt::format("found \"{}\"; expected letters, digits and '_'", service.user));
  const Value* databases = at.value.get("databases");
  for (std::size_t i = 0; databases && i < databases->items.size(); ++i)
    if (const Value& name = databases->items[i]; name.is_text() && !is_plain_name(name.text, false))
      at.context.problems.error(
          name.place, fmt::format("found \"{}\"; expected letters, digits and '_'", name.text));
}

// What a text begins with, as far as that is known here.
std::string beginning_of(const model::LateText& text) {
  using Kind = model::LateText::Part::Kind;
  if (text.parts.empty()) return {};
  const auto& first = text.parts.front();
  return first.kind == Kind::text || first.kind == Kind::secret ? first.text : std::string();
}

// Where the text behind the host begins, and whether there is more than a host before that.
struct Authority {
  std::size_t end = std::string::npos;
  bool has_user = false;
};
Authority authority_of(const std::string& url) {
  const std::size_t start = url.find("://");
  if (start == std::string::npos) return {};
  const std::size_t end = std::min(url.find_first_of("/?#", start + 3), url.size());
  return {end, url.substr(start, end - start).find('@') != std::string::npos};
}

void check_http_url(const At& at, std::string_view key, const model::LateText& url, bool tls_too) {
  const Value* value = at.value.get(key);
  if (!value || !value->is_text()) return;
  if (authority_of(model::shown(url)).has_user)
    at.context.problems.error(value->place, "a name or a password in a URL; expected none",
                              "what needs them is asked by a command, curl, say");
  const std::string begins = beginning_of(url);
  const bool tls = begins.starts_with("https://");
  if (begins.starts_with("http://") || (tls && tls_too)) return;
  at.context.problems.error(
      value->place,
      fmt::format("found \"{}\"; expected a URL that begins with http://", model::shown(url)),
      tls ? "probes speak no TLS in this version: use a command, curl, say" : "");
}

void check_dsn(const At& at, const model::Probe& probe) {
  const Value* value = at.value.get("dsn");
  if (!value || !value->is_text()) return;
  const std::size_t query = value->text.find('?');
  if (query != std::string::npos && value->text.find("host", query) != std::string::npos)
    return at.context.problems.error(value->place,
                                     "a host behind the \"?\" of a DSN; expected it before");
  const std::string begins = beginning_of(probe.dsn);
  for (const std::string_view scheme : {"postgres://", "postgresql://", "sqlite:"})
    if (begins.starts_with(scheme) && (begins.size() > scheme.size() || probe.dsn.parts.size() > 1))
      return;
  at.context.problems.error(
      value->place, fmt::format("found \"{}\"; expected postgres://USER@HOST:PORT/DATABASE, or "
                                "sqlite:FILE",
                                model::shown(probe.dsn)));
}

// The key that goes with `kind`, and with nothing else.
void check_partner(const At& at, const Entry& kind, std::string_view key,
                   std::initializer_list<std::string_view> kinds) {
  const bool wanted = std::ranges::find(kinds, kind.key) != kinds.end();
  const Entry* given = at.value.find(key);
  if (wanted && !given) at.error(fmt::format("\"{}\" is missing; \"{}\" needs it", key, kind.key));
  if (!wanted && given)
    at.context.problems.error(given->place, fmt::format("\"{}\" beside \"{}\"; it goes with {}",
                                                        key, kind.key, fmt::join(kinds, " or ")));
}

}  // namespace

void prepare(const At& at, model::Target& target) {
  const Value* kind = at.value.get("kind");
  target.source = source_of(kind ? At{at.context, *kind, at.field, at.where} : at);
}

void check(const At& at, model::Target& target) {
  static const std::vector<std::string> kinds = {"shop", "services", "external"};
  if (!check_name(at.context, place_of(at, "kind"), "kind", target.kind, kinds, "target.kind"))
    return;
  for (const Entry& entry : at.value.entries) {
    const std::string_view owner = owner_of(entry.key);
    if (!owner.empty() && owner.find(target.kind) == std::string_view::npos)
      at.context.problems.error(entry.place,
                                fmt::format("\"{}\" beside kind = \"{}\"; it belongs to "
                                            "{}",
                                            entry.key, target.kind, owner));
  }
  if (target.is_external() && !target.base)
    at.error("\"base\" is missing; expected the URL that gets the load: http://HOST:PORT");
  if (const Value* base = at.value.get("base"); base && target.base) {
    check_http_url(at, "base", model::plain_text(*target.base), true);
    if (authority_of(*target.base).end < target.base->size())
      at.context.problems.error(base->place, "a path behind the base; expected it in the requests",
                                "such as path = \"/orders\"");
  }
  if (target.mode == model::Mode::processes && target.store == model::Target::Store::memory)
    at.context.problems.error(place_of(at, "store"),
                              "store = \"memory\" with mode = \"processes\"; expected a store that "
                              "outlives a process that is killed",
                              "leave store away: the default is \"sqlite\"");
  const Value* capacity = at.value.get("capacity");
  if (!capacity || !target.is_shop()) return;
  for (const Entry& entry : capacity->entries)
    if (!check_name(at.context, entry.place, "service", entry.key, at.context.words.services))
      target.capacity.erase(entry.key);
}

void prepare(const At& at, model::Service& service) {
  service.source = source_of(at);
  at.context.caller = std::string(at.value.text_of("name"));
}

void check(const At& at, model::Service& service) {
  at.context.caller.clear();
  const auto name_is_wrong = [&](std::string_view expected) {
    at.context.problems.error(
        place_of(at, "name"),
        fmt::format("a service called \"{}\"; expected {}", service.name, expected));
  };
  if (at.value.get("name") && !is_plain_name(service.name, true))
    name_is_wrong("letters, digits, '-' and '_'");
  if (service.name == model::client_name || service.name == model::base_name)
    name_is_wrong("another name: that one has a meaning of its own");
  check_only_one(at, {"command", "builtin"});
  check_not_empty(at, "command", service.command);
  for (const model::Command& command : service.setup)
    if (command.empty() || command.front().empty())
      at.context.problems.error(place_of(at, "setup"), "an empty command; expected a program");
  check_postgres_keys(at, service);
  if (const Entry* ready = at.value.find("ready"); ready && service.builtin)
    at.context.problems.error(ready->place, "\"ready\" beside builtin; it is known how to tell");
}

void check(const At& at, model::Ready& ready) {
  check_only_one(at, {"http", "tcp", "log", "command"});
  check_not_empty(at, "command", ready.command);
  const Value* tcp = at.value.get("tcp");
  if (tcp && tcp->kind == Value::Kind::boolean && !ready.tcp)
    at.context.problems.error(tcp->place, "found false; expected true, or another way to tell");
  if (const Value* log = at.value.get("log"); log && log->is_text() && ready.log.empty())
    at.context.problems.error(log->place, "an empty text, which each line has; expected words");
  if (ready.http && !beginning_of(*ready.http).starts_with('/') && at.value.get("http")->is_text())
    at.context.problems.error(place_of(at, "http"),
                              fmt::format("found \"{}\"; expected a path such as \"/health\"",
                                          model::shown(*ready.http)));
}

void prepare(const At& at, model::LinkSpec& link) { link.source = source_of(at); }

void check(const At& at, model::Control& control) {
  if (!control.toxiproxy || control.toxiproxy->host.empty()) return;
  if (is_this_machine(control.toxiproxy->host)) return;
  at.context.problems.error(
      place_of(at, "toxiproxy"),
      fmt::format("found {}; expected an address of this machine, such as 127.0.0.1:8474",
                  model::to_text(*control.toxiproxy)));
}

void prepare(const At& at, model::Probe& probe) { probe.source = source_of(at); }

void check(const At& at, model::Probe& probe) {
  const bool starts_with_digit =
      !probe.name.empty() && probe.name[0] >= '0' && probe.name[0] <= '9';
  if (at.value.get("name") && (!is_plain_name(probe.name, false) || starts_with_digit))
    at.context.problems.error(
        place_of(at, "name"),
        fmt::format("a probe called \"{}\"; expected letters, digits and '_', "
                    "as conditions have its name without quotes",
                    probe.name));
  const auto same = [&](const auto& measure) { return measure.name == probe.name; };
  const bool operator_word = probe.name == "and" || probe.name == "or";
  if (operator_word || std::ranges::any_of(at.context.words.measures, same))
    at.context.problems.error(
        place_of(at, "name"),
        fmt::format("a probe called \"{}\", which conditions take for a word of "
                    "their own; expected another name",
                    probe.name));
  const Entry* kind = check_only_one(at, {"http", "sql", "command", "prometheus"});
  if (!kind) return;
  check_partner(at, *kind, "json", {"http", "command"});
  check_partner(at, *kind, "dsn", {"sql"});
  check_partner(at, *kind, "query", {"prometheus"});
  if (probe.http) check_http_url(at, "http", probe.http->url, false);
  if (probe.prometheus) check_http_url(at, "prometheus", *probe.prometheus, false);
  if (kind->key == "sql") check_dsn(at, probe);
  check_not_empty(at, "command", probe.command);
}

}  // namespace seawall::scenario
