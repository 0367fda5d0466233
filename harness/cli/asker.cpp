#include "harness/cli/asker.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "faults/relay/relay.hpp"
#include "harness/base/text.hpp"
#include "harness/cli/shown.hpp"
#include "harness/model/hidden_text.hpp"

namespace seawall::cli {

namespace json = boost::json;

base::unexpected<Trouble> trouble(int status, std::string message) {
  return base::unexpected(Trouble{status, std::move(message)});
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (!value) return {};
  if (value->is_string()) return shown(std::string_view(value->get_string()));
  if (value->is_double()) return fmt::format("{}", value->get_double());
  return shown(json::serialize(*value));
}

Answered<Asker> Asker::at(std::string_view api) {
  constexpr std::string_view scheme = "http://";
  const bool has_scheme = std::equal(
      scheme.begin(), scheme.end(), api.begin(), api.begin() + std::min(api.size(), scheme.size()),
      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
  if (has_scheme) api.remove_prefix(scheme.size());
  if (api.ends_with('/')) api.remove_suffix(1);
  const auto endpoint = relay::parse_endpoint(api);
  if (!endpoint) return trouble(usage, "--api: " + endpoint.error());
  toxiproxy::Client::Settings settings;
  settings.host = endpoint->host.empty() ? "127.0.0.1" : endpoint->host;
  settings.port = endpoint->port;
  return Asker(std::move(settings));
}

Answered<json::value> Asker::ask(const std::string& method, const std::string& path,
                                 const json::value& body) const {
  const auto answer = client_.ask(method, path, body.is_null() ? "" : json::serialize(body));
  if (!answer) return trouble(environment, answer.error());
  if (answer->status == 204) return json::value(nullptr);
  boost::system::error_code error;
  json::value parsed = json::parse(answer->body, error);
  if (error || !parsed.is_structured())
    return trouble(environment,
                   fmt::format("expected an answer in JSON, found status {} and {:.60}",
                               answer->status, shown(answer->body)));
  if (answer->status < 400) return parsed;
  const std::string why = parsed.is_object() ? text_of(parsed.get_object(), "error") : "";
  return trouble(answer->status < 500 ? usage : environment, why);
}

namespace {

// Names stand in keys too, which nobody has spelt out.
void print_lines(std::string_view lines) {
  for (const std::string_view line : base::split(lines, '\n'))
    if (!line.empty()) std::printf("%s\n", shown(line).c_str());
}

}  // namespace

int ask(const ProxyQuestion& question, Action action, Lines lines) {
  const auto asker = Asker::at(question.api);
  const auto answer = asker ? action(*asker, question) : base::unexpected(asker.error());
  if (!answer) {
    std::fprintf(stderr, "seawall: %s\n", answer.error().message.c_str());
    return answer.error().status;
  }
  if (answer->is_null()) return passed;
  if (question.json)
    std::printf("%s\n", model::json_without_hidden(json::serialize(*answer)).c_str());
  else
    print_lines(lines(*answer));
  return passed;
}

}  // namespace seawall::cli
