// seawall forward: the forward proxies (`http_proxy`) of one that runs.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/cli/asker.hpp"
#include "harness/cli/commands.hpp"

namespace seawall::cli {
namespace {

namespace json = boost::json;

Answered<json::value> create_forward(const Asker& asker, const ProxyQuestion& question) {
  json::object routes;
  for (const std::string& word : question.routes) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == word.size())
      return trouble(usage, fmt::format("--route: expected HOST[:PORT]=PROXY such as "
                                        "payment:3002=payment, found '{}'",
                                        word));
    if (!routes.emplace(word.substr(0, equals), word.substr(equals + 1)).second)
      return trouble(usage, fmt::format("--route: '{}' comes twice", word.substr(0, equals)));
  }
  return asker.ask("POST", "/seawall/v1/forwards",
                   {{"name", question.forward},
                    {"listen", question.listen},
                    {"routes", std::move(routes)},
                    {"unknown", question.pass_unknown ? "pass" : "refuse"}});
}

Answered<json::value> forward_action(const Asker& asker, const ProxyQuestion& question) {
  const std::string all = "/seawall/v1/forwards";
  const std::string one = all + "/" + toxiproxy::path_segment(question.forward);
  if (question.action.empty() || question.action == "list") return asker.ask("GET", all);
  if (question.action == "create") return create_forward(asker, question);
  return asker.ask(question.action == "show" ? "GET" : "DELETE", one);
}

std::string forward_lines_of(const json::object& forward) {
  std::string lines = fmt::format(
      "{:<24}   http_proxy=http://{}  requests {}, tunnels {}, refused {}\n",
      text_of(forward, "name"), text_of(forward, "listen"), text_of(forward, "requests"),
      text_of(forward, "tunnels"), text_of(forward, "refused"));
  if (const json::value* const routes = forward.if_contains("routes");
      routes && routes->is_object())
    for (const auto& [authority, proxy] : routes->get_object())
      lines += fmt::format("  {:<24} -> {}\n", std::string_view(authority),
                           text_of(routes->get_object(), authority));
  lines += fmt::format("  {:<24}    {}\n", "what is unknown",
                       text_of(forward, "unknown") == "pass" ? "passes" : "is refused");
  return lines;
}

std::string forward_lines(const json::value& value) {
  if (value.is_object()) return forward_lines_of(value.get_object());
  std::string lines;
  for (const json::value& forward : value.get_array())
    if (forward.is_object()) lines += forward_lines_of(forward.get_object());
  return lines.empty() ? "no forwards: seawall forward create CALLER --route HOST:PORT=PROXY\n"
                       : lines;
}

}  // namespace

int forward_command(const ProxyQuestion& question) {
  return ask(question, forward_action, forward_lines);
}

}  // namespace seawall::cli
