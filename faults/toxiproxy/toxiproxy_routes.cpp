// Toxiproxy's API, version 2.
#include "faults/toxiproxy/metrics.hpp"
#include "faults/toxiproxy/routes.hpp"

namespace seawall::toxiproxy {
namespace {

Answer version(const Call&) {
  return answer(200, fmt::format("{{\"version\": \"{}\"}}\n", api_version));
}

Answer reset(const Call& call) { return answer(call.proxies.reset()); }

Answer populate(const Call& call) { return populate(call, Unknown::dropped); }

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
};

}  // namespace

std::span<const Route> toxiproxy_routes() { return routes; }

}  // namespace seawall::toxiproxy
