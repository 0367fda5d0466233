#include "harness/cli/asker.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "faults/relay/relay.hpp"

namespace seawall::cli {

namespace json = boost::json;

base::unexpected<Trouble> trouble(int status, std::string message) {
  return base::unexpected(Trouble{status, std::move(message)});
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (!value) return {};
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_double()) return fmt::format("{}", value->get_double());
  return json::serialize(*value);
}

Answered<Asker> Asker::at(std::string_view api) {
  if (api.starts_with("http://")) api.remove_prefix(7);
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
                               answer->status, answer->body));
  if (answer->status < 400) return parsed;
  const std::string why = parsed.is_object() ? text_of(parsed.get_object(), "error") : "";
  return trouble(answer->status < 500 ? usage : environment, why);
}

int ask(const ProxyQuestion& question, Action action, Lines lines) {
  const auto asker = Asker::at(question.api);
  const auto answer = asker ? action(*asker, question) : base::unexpected(asker.error());
  if (!answer) {
    std::fprintf(stderr, "seawall: %s\n", answer.error().message.c_str());
    return answer.error().status;
  }
  if (answer->is_null()) return passed;
  if (question.json)
    std::printf("%s\n", json::serialize(*answer).c_str());
  else
    std::fputs(lines(*answer).c_str(), stdout);
  return passed;
}

}  // namespace seawall::cli
