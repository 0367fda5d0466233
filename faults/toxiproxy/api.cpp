#include "faults/toxiproxy/api.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "faults/toxiproxy/routes.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {

Answer answer(const Mistake& mistake) {
  return answer(
      refusal_of({mistake.offset, fmt::format("offset {}: {}", mistake.offset, mistake.sentence)}));
}

Answer populate(const Call& call, Unknown unknown) {
  const auto inputs = read_proxies(call.request.body, unknown);
  if (!inputs) return answer(inputs.error());
  const Proxies::Populated populated = call.proxies.populate(*inputs);
  return {populated.refusal ? populated.refusal->status : 201, to_json(populated)};
}

namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// "order-%3Epostgres" -> "order->postgres"; what is no escape stands for itself.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (text[i] != '%' || !low) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

// The names where the pattern has a *; nothing where it does not fit. A path is split before it is
// decoded, so that a name may hold a slash.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t wanted_end = pattern.find('/');
    const std::size_t given_end = path.find('/');
    const std::string_view wanted = pattern.substr(0, wanted_end);
    const std::string_view given = path.substr(0, given_end);
    if (wanted == "*" && !given.empty())
      names.push_back(decoded(given));
    else if (wanted != given)
      return std::nullopt;
    if (wanted_end == pattern.npos || given_end == path.npos) {
      if (wanted_end != given_end) return std::nullopt;
      return names;
    }
    pattern.remove_prefix(wanted_end + 1);
    path.remove_prefix(given_end + 1);
  }
}

// "a=1&b=%2F" by key.
std::vector<std::pair<std::string, std::string>> parameters_of(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view part : base::split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    parameters.emplace_back(decoded(part.substr(0, equals)),
                            decoded(part.substr(std::min(equals + 1, part.size()))));
  }
  return parameters;
}

bool allows(std::string_view methods, std::string_view method) {
  for (const std::string_view word : base::split(methods, ','))
    if (base::trim(word) == method) return true;
  return false;
}

// Of a path, what may stand in an answer: it is no UTF-8 for sure.
std::string shown(std::string_view path) {
  std::string out(path.substr(0, 200));
  for (char& c : out)
    if (c < ' ' || c > '~') c = '?';
  return out;
}

// A web page that a browser shows must not steer the proxies of its user: browsers say who they
// are, and from where a script came.
std::optional<Refusal> refuse_browsers(const Request& request) {
  if (request.user_agent.starts_with("Mozilla/")) return Refusal{403, "User agent not allowed", {}};
  if (request.origin.empty()) return std::nullopt;
  const std::size_t scheme = request.origin.find("://");
  if (scheme != std::string::npos && !request.host.empty() &&
      std::string_view(request.origin).substr(scheme + 3) == request.host)
    return std::nullopt;
  return Refusal{403, "Origin not allowed", {}};
}

// Of our own API, what the links of a run answer: the rest would tell of faults and journals that
// are the run's.
bool is_for_runs(const Route& route) {
  const bool about_proxies =
      route.pattern == "/seawall/v1/proxies" || route.pattern == "/seawall/v1/proxies/*";
  return !route.pattern.starts_with("/seawall/") || (about_proxies && route.methods == "GET");
}

}  // namespace

Answer Api::handle(const Request& request) const {
  if (const auto refusal = refuse_browsers(request)) return answer(*refusal);
  const std::size_t query = request.target.find('?');
  const std::string_view path = std::string_view(request.target).substr(0, query);
  std::vector<std::string> allowed;
  const auto routes = path.starts_with("/seawall/") ? own_routes() : toxiproxy_routes();
  for (const Route& route : routes) {
    auto names = match(route.pattern, path);
    if (!names) continue;
    allowed.emplace_back(route.methods);
    if (!allows(route.methods, request.method)) continue;
    if (proxies_.are_fixed() && !is_for_runs(route))
      return answer(refusal_in_run("do this through Seawall's own API"));
    const bool has_query = query != std::string::npos && path.starts_with("/seawall/");
    if (has_query && !route.takes_query)
      return answer(Refusal{400, "expected no query: nothing here takes one", {}});
    Call call{request, proxies_, forwards_, settings_, *std::move(names), {}};
    if (has_query)
      call.parameters = parameters_of(std::string_view(request.target).substr(query + 1));
    Answer given = route.handler(call);
    if (request.method != "GET") forwards_.follow();
    return given;
  }
  if (allowed.empty())
    return answer(Refusal{404, fmt::format("not found: there is nothing at {}", shown(path)), {}});
  const std::string methods = base::join(allowed, ", ");
  Answer refused = answer(
      Refusal{405, fmt::format("method not allowed: expected {} at {}", methods, shown(path)), {}});
  refused.allow = methods;
  return refused;
}

}  // namespace seawall::toxiproxy
