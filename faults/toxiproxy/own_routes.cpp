// What is under /seawall/v1: our own, and strict.
#include "faults/toxiproxy/journal_text.hpp"
#include "faults/toxiproxy/routes.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

Answer populate_strictly(const Call& call) { return populate(call, Unknown::refused); }

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

// {"name": ..., "listen": ..., "upstream": ..., "tls": ...}: all that the configuration file takes.
Answer create_own_proxy(const Call& call) {
  const auto input = read_proxy(call.request.body, Unknown::refused);
  if (!input) return answer(input.error());
  const auto made = call.proxies.create(*input, Proxies::Toxics::taken);
  if (!made) return answer(made.error());
  return answer(201, call.proxies.numbers(made->name));
}

Answer show_draws(const Call& call) {
  const auto draws = call.proxies.draws(call.names[0]);
  return draws ? answer(200, to_json(*draws)) : answer(draws.error());
}

Answer list_cuts(const Call& call) { return answer(200, to_json(call.proxies.cuts())); }

Answer add_cut(const Call& call) {
  auto cut = read_cut(call.request.body);
  if (!cut) return answer(cut.error());
  return answer(201, call.proxies.add_cut(*std::move(cut)));
}

Answer show_cut(const Call& call) { return answer(200, call.proxies.cut(call.names[0])); }

Answer delete_cut(const Call& call) { return answer(call.proxies.remove_cut(call.names[0])); }

Answer list_forwards(const Call& call) { return answer(200, to_json(call.forwards.list())); }

Answer create_forward(const Call& call) {
  const auto input = read_forward(call.request.body);
  if (!input) return answer(input.error());
  return answer(201, call.forwards.create(*input));
}

Answer show_forward(const Call& call) { return answer(200, call.forwards.get(call.names[0])); }

Answer delete_forward(const Call& call) { return answer(call.forwards.remove(call.names[0])); }

constexpr Route routes[] = {
    {"/seawall/v1/populate", "POST", populate_strictly},
    {"/seawall/v1/proxies", "GET", list_numbers},
    {"/seawall/v1/proxies", "POST", create_own_proxy},
    {"/seawall/v1/proxies/*", "GET", show_numbers},
    {"/seawall/v1/proxies/*", "PATCH", change_numbers},
    {"/seawall/v1/proxies/*/faults", "GET", list_faults},
    {"/seawall/v1/proxies/*/faults", "POST", add_fault},
    {"/seawall/v1/proxies/*/faults/*", "GET", show_fault},
    {"/seawall/v1/proxies/*/faults/*", "DELETE", delete_fault},
    {"/seawall/v1/proxies/*/journal", "GET", show_journal, true},
    {"/seawall/v1/proxies/*/journal", "DELETE", empty_journal},
    {"/seawall/v1/proxies/*/draws", "GET", show_draws},
    {"/seawall/v1/cuts", "GET", list_cuts},
    {"/seawall/v1/cuts", "POST", add_cut},
    {"/seawall/v1/cuts/*", "GET", show_cut},
    {"/seawall/v1/cuts/*", "DELETE", delete_cut},
    {"/seawall/v1/forwards", "GET", list_forwards},
    {"/seawall/v1/forwards", "POST", create_forward},
    {"/seawall/v1/forwards/*", "GET", show_forward},
    {"/seawall/v1/forwards/*", "DELETE", delete_forward},
};

}  // namespace

std::span<const Route> own_routes() { return routes; }

}  // namespace seawall::toxiproxy
