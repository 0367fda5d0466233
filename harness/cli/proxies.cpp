// seawall proxies and seawall toxic: the API of a running proxy as commands.
#include <filesystem>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "faults/toxiproxy/tls_setup.hpp"
#include "faults/toxiproxy/toxic.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/asker.hpp"
#include "harness/cli/commands.hpp"

namespace seawall::cli {
namespace {

namespace json = boost::json;
using toxiproxy::path_segment;

std::string toxic_line(const json::object& toxic) {
  std::string attributes;
  if (const json::value* const given = toxic.if_contains("attributes"); given && given->is_object())
    for (const auto& [key, value] : given->get_object())
      attributes += fmt::format("  {}={}", std::string_view(key), json::serialize(value));
  std::string did;
  if (const json::value* const hits = toxic.if_contains("hits"); hits && hits->is_object())
    did = fmt::format("  connections {}, acted on {}", text_of(hits->get_object(), "connections"),
                      text_of(hits->get_object(), "acted"));
  return fmt::format("  {:<24} {:<10} {:<10}  toxicity {}{}{}\n", text_of(toxic, "name"),
                     text_of(toxic, "type"), text_of(toxic, "stream"), text_of(toxic, "toxicity"),
                     attributes, did);
}

std::string proxy_lines(const json::object& proxy) {
  const bool enabled = text_of(proxy, "enabled") == "true";
  std::string lines =
      fmt::format("{:<24}   {} -> {}  {}\n", text_of(proxy, "name"), text_of(proxy, "listen"),
                  text_of(proxy, "upstream"), enabled ? "enabled" : "disabled");
  if (const json::value* const toxics = proxy.if_contains("toxics"); toxics && toxics->is_array())
    for (const json::value& toxic : toxics->get_array())
      if (toxic.is_object()) lines += toxic_line(toxic.get_object());
  return lines;
}

// An object of proxies by name, one proxy, a list of toxics, or one toxic.
std::string lines_of(const json::value& value) {
  std::string lines;
  if (value.is_array()) {
    for (const json::value& toxic : value.get_array())
      if (toxic.is_object()) lines += toxic_line(toxic.get_object());
    if (lines.empty()) lines = "no toxics\n";
  } else if (const json::object& object = value.get_object(); object.contains("upstream")) {
    lines = proxy_lines(object);
  } else if (object.contains("attributes")) {
    lines = toxic_line(object);
  } else {
    for (const auto& [name, proxy] : object)
      if (proxy.is_object()) lines += proxy_lines(proxy.get_object());
    if (lines.empty())
      lines = "no proxies: seawall proxies create NAME --listen HOST:PORT --upstream HOST:PORT\n";
  }
  return lines;
}

// "latency=1000" and its like as an object; `names` are those that the toxic has.
Answered<json::object> parse_attributes(const std::vector<std::string>& words,
                                        const std::vector<std::string>& names) {
  json::object attributes;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string number = equals == word.npos ? "" : word.substr(equals + 1);
    boost::system::error_code error;
    const json::value value = json::parse(number, error);
    if (error || !value.is_number())
      return trouble(
          usage,
          fmt::format("--attribute: expected NAME=NUMBER such as latency=1000, found '{}'", word));
    if (std::find(names.begin(), names.end(), name) == names.end())
      return trouble(usage, fmt::format("--attribute: there is no '{}' here; there is {}", name,
                                        names.empty() ? "none" : base::join(names, ", ")));
    attributes[name] = value;
  }
  return attributes;
}

// A file as the proxy will find it, which may run elsewhere.
std::string absolute(const std::string& file) {
  return file.empty() ? file : std::filesystem::absolute(file).string();
}

json::object tls_of(const ProxyQuestion::Tls& tls) {
  json::object out;
  if (!tls.certificate.empty() || !tls.key.empty() || !tls.make_for.empty()) {
    json::object& callers = out["callers"].emplace_object();
    if (!tls.certificate.empty()) callers["certificate"] = absolute(tls.certificate);
    if (!tls.key.empty()) callers["key"] = absolute(tls.key);
    if (!tls.make_for.empty())
      callers["make_for"] = json::array(tls.make_for.begin(), tls.make_for.end());
  }
  if (tls.upstream || tls.insecure || !tls.authorities.empty() || !tls.name.empty())
    out["upstream"] = {
        {"verify", !tls.insecure}, {"authorities", absolute(tls.authorities)}, {"name", tls.name}};
  return out;
}

// Where Toxiproxy's API can say it, in its words: it may be Toxiproxy that runs there.
Answered<json::value> create_proxy(const Asker& asker, const ProxyQuestion& question) {
  json::object proxy{{"name", question.proxy},
                     {"listen", question.listen},
                     {"upstream", question.upstream},
                     {"enabled", !question.disabled}};
  json::object tls = tls_of(question.tls);
  if (tls.empty() && question.caller.empty() && question.callee.empty())
    return asker.ask("POST", "/proxies", proxy);
  if (!tls.empty()) proxy["tls"] = std::move(tls);
  if (!question.caller.empty()) proxy["caller"] = question.caller;
  if (!question.callee.empty()) proxy["callee"] = question.callee;
  const std::string& write = question.tls.write;
  if (!write.empty())
    if (const auto fits = toxiproxy::check_place_of_certificate(write); !fits)
      return trouble(usage, fits.error().message);
  const auto made = asker.ask("POST", "/seawall/v1/proxies", proxy);
  if (!made || write.empty()) return made;
  const json::value* const certificate = made->get_object().if_contains("certificate");
  const bool has_one = certificate && certificate->is_string();
  if (!has_one || !toxiproxy::write_certificate(write, std::string(certificate->get_string())))
    return trouble(environment, fmt::format("the proxy is there, but its certificate cannot be "
                                            "written to '{}'",
                                            write));
  return made;
}

Answered<json::value> proxies_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string path = "/proxies/" + path_segment(question.proxy);
  const std::string& action = question.action;
  if (action.empty() || action == "list") return asker.ask("GET", "/proxies");
  if (action == "create") return create_proxy(asker, question);
  if (action == "show") return asker.ask("GET", path);
  if (action == "delete") return asker.ask("DELETE", path);
  if (action == "reset") return asker.ask("POST", "/reset");
  bool enabled = action == "enable";
  if (action == "toggle") {
    const auto now = asker.ask("GET", path);
    if (!now) return now;
    enabled = text_of(now->get_object(), "enabled") != "true";
  }
  return asker.ask("PATCH", path, {{"enabled", enabled}});
}

Answered<json::value> add_toxic(const Asker& asker, const std::string& path,
                                const ProxyQuestion& question) {
  std::vector<std::string> types;
  for (const toxiproxy::ToxicType& type : toxiproxy::toxic_types()) types.emplace_back(type.name);
  const toxiproxy::ToxicType* const type = toxiproxy::find_toxic_type(question.type);
  if (!type)
    return trouble(usage, fmt::format("--type: expected one of {}, found '{}'",
                                      base::join(types, ", "), question.type));
  std::vector<std::string> names;
  for (const toxiproxy::Attribute& attribute : type->attributes())
    names.emplace_back(attribute.name);
  auto attributes = parse_attributes(question.attributes, names);
  if (!attributes) return base::unexpected(attributes.error());
  json::object body{{"type", question.type},
                    {"stream", question.to_upstream ? "upstream" : "downstream"},
                    {"toxicity", question.toxicity.value_or(1)},
                    {"attributes", *std::move(attributes)}};
  if (!question.toxic.empty()) body["name"] = question.toxic;
  return asker.ask("POST", path, body);
}

Answered<json::value> update_toxic(const Asker& asker, const std::string& path,
                                   const ProxyQuestion& question) {
  const auto now = asker.ask("GET", path);
  if (!now) return now;
  std::vector<std::string> names;
  if (const auto* const given = now->get_object().if_contains("attributes");
      given && given->is_object())
    for (const auto& [name, value] : given->get_object()) names.emplace_back(name);
  auto attributes = parse_attributes(question.attributes, names);
  if (!attributes) return base::unexpected(attributes.error());
  json::object body{{"attributes", *std::move(attributes)}};
  if (question.toxicity) body["toxicity"] = *question.toxicity;
  return asker.ask("PATCH", path, body);
}

// With what each did.
Answered<json::value> list_toxics(const Asker& asker, const ProxyQuestion& question) {
  auto proxy = asker.ask("GET", "/seawall/v1/proxies/" + path_segment(question.proxy));
  if (!proxy) return proxy;
  json::value* const toxics = proxy->get_object().if_contains("toxics");
  return toxics ? std::move(*toxics) : json::value(json::array());
}

Answered<json::value> toxic_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string all = "/proxies/" + path_segment(question.proxy) + "/toxics";
  const std::string one = all + "/" + path_segment(question.toxic);
  if (question.action == "list") return list_toxics(asker, question);
  if (question.action == "add") return add_toxic(asker, all, question);
  if (question.action == "update") return update_toxic(asker, one, question);
  return asker.ask("DELETE", one);
}

}  // namespace

int proxies_command(const ProxyQuestion& question) {
  return ask(question, proxies_action, lines_of);
}
int toxic_command(const ProxyQuestion& question) { return ask(question, toxic_action, lines_of); }

}  // namespace seawall::cli
