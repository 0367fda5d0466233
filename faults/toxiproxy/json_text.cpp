#include "faults/toxiproxy/json_text.hpp"

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/json_codec.hpp"
#include "harness/scenario/json.hpp"

namespace seawall::toxiproxy {
namespace {

// A member of an object: "key":value.
std::string member(std::string_view key, std::string_view value) {
  return base::concat({"\"", key, "\":", value});
}
std::string member(std::string_view key, std::uint64_t value) {
  return member(key, std::to_string(value));
}

std::string object(const std::vector<std::string>& members) {
  return base::concat({"{", base::join(members, ","), "}"});
}
std::string array(const std::vector<std::string>& elements) {
  return base::concat({"[", base::join(elements, ","), "]"});
}

// `toxics` is a list of JSON.
std::vector<std::string> members_of(const ProxyState& proxy, std::string_view toxics) {
  return {member("name", model::json_string(proxy.name)),
          member("listen", model::json_string(proxy.listen)),
          member("upstream", model::json_string(proxy.upstream)),
          member("enabled", proxy.enabled ? "true" : "false"), member("toxics", toxics)};
}

std::vector<std::string> members_of(const Refusal& refusal) {
  return {member("error", model::json_string(refusal.message)),
          member("status", static_cast<std::uint64_t>(refusal.status))};
}

std::string traffic_json(const relay::Traffic& traffic) {
  return object(
      {member("received_bytes", traffic.received_bytes), member("sent_bytes", traffic.sent_bytes)});
}

std::string counters_json(const relay::Counters& counters) {
  return object({member("accepted", counters.accepted), member("open", counters.open),
                 member("unreachable", counters.unreachable), member("refused", counters.refused),
                 member("distrusted", counters.distrusted)});
}

std::uint64_t nanoseconds(base::Duration duration) {
  return static_cast<std::uint64_t>(duration.count());
}

std::string histogram_json(const std::optional<stats::Histogram>& histogram) {
  if (!histogram) return object({member("count", 0)});
  std::vector<std::string> members = {
      member("count", static_cast<std::uint64_t>(histogram->count()))};
  for (const auto& [name, ppm] :
       {std::pair{"p50", 500'000}, {"p90", 900'000}, {"p99", 990'000}, {"p999", 999'000}})
    members.push_back(member(name, nanoseconds(histogram->value_at_quantile({ppm}))));
  members.push_back(member("max", nanoseconds(histogram->max())));
  return object(members);
}

std::vector<std::string> members_of(const Toxic& toxic) {
  std::vector<std::string> attributes;
  const auto rows = toxic.type->attributes();
  for (std::size_t i = 0; i < rows.size(); ++i)
    attributes.push_back(member(rows[i].name, static_cast<std::uint64_t>(toxic.values[i])));
  return {member("attributes", object(attributes)), member("name", model::json_string(toxic.name)),
          member("type", model::json_string(toxic.type->name)),
          member("stream", model::json_string(to_text(toxic.direction))),
          member("toxicity", fmt::format("{}", toxic.toxicity.as_given))};
}

// With what each did.
std::string toxics_with_hits(const ProxyNumbers& numbers) {
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < numbers.state.toxics.size(); ++i) {
    std::vector<std::string> members = members_of(numbers.state.toxics[i]);
    const relay::Link::Hits& hits = numbers.toxic_hits.at(i);
    members.push_back(
        member("hits", object({member("connections", static_cast<std::uint64_t>(hits.came)),
                               member("acted", static_cast<std::uint64_t>(hits.acted))})));
    elements.push_back(object(members));
  }
  return array(elements);
}

}  // namespace

std::string to_json(const Toxic& toxic) { return object(members_of(toxic)); }

std::string to_json(const std::vector<Toxic>& toxics) {
  std::vector<std::string> elements;
  for (const Toxic& toxic : toxics) elements.push_back(to_json(toxic));
  return array(elements);
}

std::string to_json(const ProxyState& proxy) {
  return object(members_of(proxy, to_json(proxy.toxics)));
}

std::string to_json(const std::vector<ProxyState>& proxies) {
  std::vector<std::string> members;
  for (const ProxyState& proxy : proxies)
    members.push_back(base::concat({model::json_string(proxy.name), ":", to_json(proxy)}));
  return object(members);
}

std::string to_json(const HttpFaultState& state) {
  std::vector<std::string> members = {member("name", model::json_string(state.fault.fault.name))};
  for (const scenario::Entry& entry : state.fault.words.entries)
    members.push_back(
        base::concat({model::json_string(entry.key), ":", scenario::to_json(entry.value)}));
  const std::string hits = object({member("matched", static_cast<std::uint64_t>(state.matched)),
                                   member("acted", static_cast<std::uint64_t>(state.acted))});
  members.push_back(member("hits", hits));
  return object(members);
}

std::string to_json(const std::vector<HttpFaultState>& faults) {
  std::vector<std::string> elements;
  for (const HttpFaultState& fault : faults) elements.push_back(to_json(fault));
  return array(elements);
}

std::string to_json(const Refusal& refusal) { return object(members_of(refusal)); }

std::string to_json(const Proxies::Populated& populated) {
  std::vector<std::string> members;
  if (populated.refusal) members = members_of(*populated.refusal);
  std::vector<std::string> elements;
  for (const ProxyState& proxy : populated.proxies) elements.push_back(to_json(proxy));
  members.push_back(member("proxies", array(elements)));
  return object(members);
}

std::string to_json(const ProxyNumbers& numbers) {
  std::vector<std::string> members = members_of(numbers.state, toxics_with_hits(numbers));
  members.push_back(member("caller", model::json_string(numbers.parties.caller)));
  members.push_back(member("callee", model::json_string(numbers.parties.callee)));
  members.push_back(member("connections", counters_json(numbers.counters)));
  members.push_back(member("upstream_bytes", traffic_json(numbers.counters.up)));
  members.push_back(member("downstream_bytes", traffic_json(numbers.counters.down)));
  members.push_back(member("injection_error_ns", histogram_json(numbers.injection_error)));
  members.push_back(member("faults", to_json(numbers.faults)));
  members.push_back(member("journal", numbers.journal ? "true" : "false"));
  if (numbers.tls) members.push_back(member("tls", to_json(*numbers.tls)));
  if (!numbers.certificate.empty())
    members.push_back(member("certificate", model::json_string(numbers.certificate)));
  return object(members);
}

std::string to_json(const CutState& state) {
  std::vector<std::string> proxies;
  for (const std::string& proxy : state.proxies) proxies.push_back(model::json_string(proxy));
  std::string hits = object({member("connections", static_cast<std::uint64_t>(state.connections)),
                             member("hung_connects", state.hung_connects)});
  return object({member("name", model::json_string(state.cut.name)), members_of(state.cut),
                 member("proxies", array(proxies)), member("hits", hits)});
}

std::string to_json(const std::vector<CutState>& cuts) {
  std::vector<std::string> elements;
  for (const CutState& cut : cuts) elements.push_back(to_json(cut));
  return array(elements);
}

std::string to_json(const std::vector<relay::Draw>& draws) {
  std::vector<std::string> elements;
  for (const relay::Draw& draw : draws)
    elements.push_back(object({member("connection", draw.connection),
                               member("fault", model::json_string(draw.fault)),
                               member("stream", model::json_string(to_text(draw.direction))),
                               member("drawn", draw.drawn ? "true" : "false")}));
  return object({member("draws", array(elements))});
}

}  // namespace seawall::toxiproxy
