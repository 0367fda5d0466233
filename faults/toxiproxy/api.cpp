#include "faults/toxiproxy/api.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "faults/toxiproxy/journal_text.hpp"
#include "faults/toxiproxy/json_text.hpp"
#include "faults/toxiproxy/metrics.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

// A request that has found its route: what it is about, and whom it asks.
struct Call {
  const Request& request;
  Proxies& proxies;
  Api::Settings settings;
  std::vector<std::string> names;  // what stood where the route has a *
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query
};

Answer answer(int status, std::string body) { return {status, std::move(body)}; }
Answer answer(const Refusal& refusal) { return {refusal.status, to_json(refusal)}; }
// A body is seldom seen by who reads this, so that its place is told too.
Answer answer(const Mistake& mistake) {
  return answer(
      refusal_of({mistake.offset, fmt::format("offset {}: {}", mistake.offset, mistake.sentence)}));
}
Answer nothing() { return {204, "", ""}; }

template <class Value>
Answer answer(int status, const Outcome<Value>& outcome) {
  if (!outcome) return answer(outcome.error());
  return {status, to_json(*outcome)};
}
Answer answer(const Outcome<void>& outcome) {
  return outcome ? nothing() : answer(outcome.error());
}

Answer version(const Call&) {
  return answer(200, fmt::format("{{\"version\": \"{}\"}}\n", api_version));
}

Answer reset(const Call& call) { return answer(call.proxies.reset()); }

Answer populate(const Call& call, Unknown unknown) {
  const auto inputs = read_proxies(call.request.body, unknown);
  if (!inputs) return answer(inputs.error());
  const Proxies::Populated populated = call.proxies.populate(*inputs);
  return {populated.refusal ? populated.refusal->status : 201, to_json(populated)};
}
Answer populate(const Call& call) { return populate(call, Unknown::dropped); }
Answer populate_strictly(const Call& call) { return populate(call, Unknown::refused); }

Answer list_proxies(const Call& call) { return answer(200, to_json(call.proxies.list())); }

Answer create_proxy(const Call& call) {
  const auto input = read_proxy(call.request.body);
  if (!input) return answer(input.error());
  return answer(201, call.proxies.create(*input));
}

Answer show_proxy(const Call& call) { return answer(200, call.proxies.get(call.names[0])); }

// That there is none is said before what is wrong with the body, as Toxiproxy does.
Answer update_proxy(const Call& call) {
  if (const auto there = call.proxies.get(call.names[0]); !there) return answer(there.error());
  const auto input = read_proxy(call.request.body);
  if (!input) return answer(input.error());
  return answer(200, call.proxies.update(call.names[0], *input));
}

Answer delete_proxy(const Call& call) { return answer(call.proxies.remove(call.names[0])); }

Answer list_toxics(const Call& call) { return answer(200, call.proxies.toxics(call.names[0])); }

Answer add_toxic(const Call& call) {
  if (const auto there = call.proxies.get(call.names[0]); !there) return answer(there.error());
  const auto input = read_toxic(call.request.body);
  if (!input) return answer(input.error());
  return answer(200, call.proxies.add_toxic(call.names[0], *input));
}

Answer show_toxic(const Call& call) {
  return answer(200, call.proxies.toxic(call.names[0], call.names[1]));
}

Answer update_toxic(const Call& call) {
  if (const auto there = call.proxies.toxic(call.names[0], call.names[1]); !there)
    return answer(there.error());
  const auto input = read_toxic(call.request.body);
  if (!input) return answer(input.error());
  return answer(200, call.proxies.update_toxic(call.names[0], call.names[1], *input));
}

Answer delete_toxic(const Call& call) {
  return answer(call.proxies.remove_toxic(call.names[0], call.names[1]));
}

// As in Toxiproxy, there are metrics only where they were asked for.
Answer metrics(const Call& call) {
  const auto& [of_proxies, of_process] = call.settings;
  if (!of_proxies && !of_process)
    return answer(Refusal{404, "not found: metrics need -proxy-metrics or -runtime-metrics", {}});
  Answer answer{200, "", "text/plain; version=0.0.4; charset=utf-8"};
  if (of_proxies) answer.body += proxy_metrics(call.proxies.numbers());
  if (of_process) answer.body += process_metrics();
  return answer;
}

Answer list_numbers(const Call& call) {
  std::vector<std::string> elements;
  for (const ProxyNumbers& numbers : call.proxies.numbers()) elements.push_back(to_json(numbers));
  return answer(200, fmt::format("[{}]", base::join(elements, ",")));
}

Answer show_numbers(const Call& call) { return answer(200, call.proxies.numbers(call.names[0])); }

// {"journal": true}
Answer change_numbers(const Call& call) {
  if (const auto there = call.proxies.get(call.names[0]); !there) return answer(there.error());
  const auto journal = read_journal_setting(call.request.body);
  if (!journal) return answer(journal.error());
  return answer(200, call.proxies.keep_journal(call.names[0], *journal));
}

Answer list_faults(const Call& call) { return answer(200, call.proxies.faults(call.names[0])); }

Answer add_fault(const Call& call) {
  if (const auto there = call.proxies.get(call.names[0]); !there) return answer(there.error());
  auto fault = read_http_fault(call.request.body);
  if (!fault) return answer(fault.error());
  return answer(201, call.proxies.add_fault(call.names[0], *std::move(fault)));
}

Answer show_fault(const Call& call) {
  return answer(200, call.proxies.fault(call.names[0], call.names[1]));
}

Answer delete_fault(const Call& call) {
  return answer(call.proxies.remove_fault(call.names[0], call.names[1]));
}

Answer show_journal(const Call& call) {
  const base::TimePoint now = call.proxies.now();
  const auto query = read_journal_query(call.parameters, now);
  if (!query) return answer(query.error());
  const auto rows = call.proxies.journal(call.names[0], *query);
  if (!rows) return answer(rows.error());
  return answer(200, to_json(*rows, now));
}

Answer empty_journal(const Call& call) { return answer(call.proxies.empty_journal(call.names[0])); }

struct Route {
  std::string_view pattern;  // * is any one segment
  std::string_view methods;
  Answer (*handler)(const Call&);
  bool takes_query = false;  // of our own, where what is not known is an error
};

constexpr Route routes[] = {
    {"/version", "GET", version},
    {"/reset", "POST", reset},
    {"/populate", "POST", populate},
    {"/proxies", "GET", list_proxies},
    {"/proxies", "POST", create_proxy},
    {"/proxies/*", "GET", show_proxy},
    {"/proxies/*", "POST, PATCH", update_proxy},
    {"/proxies/*", "DELETE", delete_proxy},
    {"/proxies/*/toxics", "GET", list_toxics},
    {"/proxies/*/toxics", "POST", add_toxic},
    {"/proxies/*/toxics/*", "GET", show_toxic},
    {"/proxies/*/toxics/*", "POST, PATCH", update_toxic},
    {"/proxies/*/toxics/*", "DELETE", delete_toxic},
    {"/metrics", "GET", metrics},
    {"/seawall/v1/populate", "POST", populate_strictly},
    {"/seawall/v1/proxies", "GET", list_numbers},
    {"/seawall/v1/proxies/*", "GET", show_numbers},
    {"/seawall/v1/proxies/*", "PATCH", change_numbers},
    {"/seawall/v1/proxies/*/faults", "GET", list_faults},
    {"/seawall/v1/proxies/*/faults", "POST", add_fault},
    {"/seawall/v1/proxies/*/faults/*", "GET", show_fault},
    {"/seawall/v1/proxies/*/faults/*", "DELETE", delete_fault},
    {"/seawall/v1/proxies/*/journal", "GET", show_journal, true},
    {"/seawall/v1/proxies/*/journal", "DELETE", empty_journal},
};

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
  const auto wanted = base::split(pattern, '/');
  const auto given = base::split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "*" && !given[i].empty())
      names.push_back(decoded(given[i]));
    else if (wanted[i] != given[i])
      return std::nullopt;
  }
  return names;
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

}  // namespace

Answer Api::handle(const Request& request) const {
  if (const auto refusal = refuse_browsers(request)) return answer(*refusal);
  const std::size_t query = request.target.find('?');
  const std::string_view path = std::string_view(request.target).substr(0, query);
  std::vector<std::string> allowed;
  for (const Route& route : routes) {
    auto names = match(route.pattern, path);
    if (!names) continue;
    allowed.emplace_back(route.methods);
    if (!allows(route.methods, request.method)) continue;
    const bool has_query = query != std::string::npos && path.starts_with("/seawall/");
    if (has_query && !route.takes_query)
      return answer(Refusal{400, "expected no query: nothing here takes one", {}});
    Call call{request, proxies_, settings_, *std::move(names), {}};
    if (has_query)
      call.parameters = parameters_of(std::string_view(request.target).substr(query + 1));
    return route.handler(call);
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
