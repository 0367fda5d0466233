// What is done to the connections and the requests of proxies: toxics, faults, cuts; and what is
// told of it.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "faults/toxiproxy/proxy.hpp"
#include "faults/toxiproxy/toxic_rules.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

constexpr std::size_t most_faults = 1000;  // of requests, on a proxy
constexpr std::size_t most_cuts = 1000;

base::unexpected<Refusal> no_proxy() { return refuse(404, "proxy not found"); }
base::unexpected<Refusal> no_fault() { return refuse(404, "fault not found"); }
base::unexpected<Refusal> no_toxic() { return refuse(404, "toxic not found"); }
base::unexpected<Refusal> no_cut() { return refuse(404, "cut not found"); }

}  // namespace

Outcome<std::vector<Toxic>> Proxies::toxics(std::string_view proxy) const {
  auto state = get(proxy);
  if (!state) return base::unexpected(state.error());
  return std::move(state->toxics);
}

Outcome<Toxic> Proxies::toxic(std::string_view proxy_name, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  const auto found = proxy->position(name);
  if (found == proxy->toxics.end()) return no_toxic();
  return *found;
}

Outcome<Toxic> Proxies::add_toxic(std::string_view proxy_name, const ToxicInput& input) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  auto toxic = new_toxic(input, proxy->toxics);
  if (!toxic) return toxic;
  proxy->toxics.push_back(*toxic);
  proxy->apply_stream_faults(cuts_);
  return toxic;
}

Outcome<Toxic> Proxies::update_toxic(std::string_view proxy_name, std::string_view name,
                                     const ToxicInput& input) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  const auto found = proxy->position(name);
  if (found == proxy->toxics.end()) return no_toxic();
  auto toxic = updated_toxic(*found, input);
  if (!toxic) return toxic;
  *found = *toxic;
  proxy->apply_stream_faults(cuts_);
  return toxic;
}

Outcome<void> Proxies::remove_toxic(std::string_view proxy_name, std::string_view name) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  const auto found = proxy->position(name);
  if (found == proxy->toxics.end()) return no_toxic();
  proxy->toxics.erase(found);
  proxy->apply_stream_faults(cuts_);
  return {};
}

Outcome<std::vector<HttpFaultState>> Proxies::faults(std::string_view proxy_name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  return proxy->fault_states();
}

Outcome<HttpFaultState> Proxies::fault(std::string_view proxy_name, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  return fault_at(*proxy, name);
}

Outcome<HttpFaultState> Proxies::fault_at(const Proxy& proxy, std::string_view name) const {
  for (HttpFaultState& state : proxy.fault_states())
    if (state.fault.fault.name == name) return std::move(state);
  return no_fault();
}

Outcome<HttpFaultState> Proxies::add_fault(std::string_view proxy_name, HttpFault fault) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  std::string& name = fault.fault.name;
  if (fault.has_name && proxy->has_fault(name)) return refuse(409, "fault already exists");
  for (int n = 1; !fault.has_name && (n == 1 || proxy->has_fault(name)); ++n)
    name = fmt::format("{}-{}", fault.fault.type, n);
  if (proxy->faults.size() == most_faults)
    return refuse(400, fmt::format("expected no more than {} faults on a proxy", most_faults));
  const std::string added = name;
  std::vector<HttpFault> all = proxy->faults;
  all.push_back(std::move(fault));
  if (const auto set = proxy->set_faults(std::move(all)); !set) return refuse(400, set.error());
  return fault_at(*proxy, added);
}

Outcome<void> Proxies::remove_fault(std::string_view proxy_name, std::string_view name) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  if (!proxy->has_fault(name)) return no_fault();
  std::vector<HttpFault> rest = proxy->faults;
  std::erase_if(rest, [&](const HttpFault& one) { return one.fault.name == name; });
  if (const auto set = proxy->set_faults(std::move(rest)); !set) return refuse(400, set.error());
  return {};
}

Outcome<ProxyNumbers> Proxies::keep_journal(std::string_view proxy_name, bool keep) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  proxy->keep_journal(keep);
  return proxy->numbers();
}

Outcome<std::vector<http::Row>> Proxies::journal(std::string_view proxy_name,
                                                 http::Query query) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  if (!proxy->line) return std::vector<http::Row>{};
  if (proxy->emptied)
    query.since = std::max(query.since.value_or(*proxy->emptied), *proxy->emptied);
  return proxy->line->journal(query);
}

Outcome<void> Proxies::empty_journal(std::string_view proxy_name) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  proxy->emptied = now();
  return {};
}

Outcome<std::vector<relay::Draw>> Proxies::draws(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(name);
  if (!proxy) return no_proxy();
  return proxy->line ? proxy->line->draws() : std::vector<relay::Draw>();
}

// ---- Cuts.

// Where one cannot listen again, the others do all the same; the refusal is that of the first.
Outcome<void> Proxies::set_cuts(std::vector<Cut> cuts) {
  cuts_ = std::move(cuts);
  Outcome<void> outcome;
  for (const auto& [name, proxy] : table_) {
    proxy->apply_stream_faults(cuts_);
    const auto admitted = proxy->admit(cuts_);
    if (!admitted && outcome)
      outcome = base::unexpected(refusal_of(admitted.error(), proxy->plan.listen));
  }
  return outcome;
}

// Whether it lies on a proxy, and each name in it is that of one or of an end of one.
Outcome<void> Proxies::place(const Cut& cut) const {
  std::set<std::string> known;
  std::vector<std::string> links;
  bool any = false;
  for (const auto& [name, proxy] : table_) {
    const Parties parties = proxy->plan.parties();
    known.insert({name, parties.caller, parties.callee});
    any = any || covers(cut, parties);
    links.push_back(fmt::format("{} ({} -> {})", name, parties.caller, parties.callee));
  }
  const std::string there = links.empty() ? "none" : base::join(links, ", ");
  for (const auto& group : cut.groups)
    for (const std::string& name : group)
      if (known.count(name) == 0)
        return refuse(400, fmt::format("groups: no proxy has '{:.60}'; there is {}", name, there));
  if (!any) return refuse(400, fmt::format("this cut lies on no proxy; there is {}", there));
  return {};
}

Outcome<CutState> Proxies::add_cut(Cut cut) {
  const std::lock_guard lock(mutex_);
  const auto named = [&](std::string_view name) {
    return std::any_of(cuts_.begin(), cuts_.end(),
                       [&](const Cut& one) { return one.name == name; });
  };
  if (named(cut.name)) return refuse(409, "cut already exists");
  if (cuts_.size() == most_cuts)
    return refuse(400, fmt::format("expected no more than {} cuts", most_cuts));
  const std::string type(to_text(cut.type));
  for (int n = 1; cut.name.empty() || (n > 1 && named(cut.name)); ++n)
    cut.name = fmt::format("{}-{}", type, n);
  if (const auto placed = place(cut); !placed) return base::unexpected(placed.error());
  const std::vector<Cut> before = cuts_;
  std::vector<Cut> all = cuts_;
  all.push_back(cut);
  if (const auto set = set_cuts(std::move(all)); !set) {
    (void)set_cuts(before);
    return base::unexpected(set.error());
  }
  for (const auto& [name, proxy] : table_)
    if (proxy->line && covers(cut, proxy->plan.parties()))
      hung_before_[cut.name][name] = proxy->line->hung_connects();
  return state_of(cut);
}

CutState Proxies::state_of(const Cut& cut) const {
  CutState state{cut, {}, 0, 0};
  for (const auto& [name, proxy] : table_) {
    if (!covers(cut, proxy->plan.parties())) continue;
    state.proxies.push_back(name);
    if (!proxy->line) continue;
    std::size_t position = proxy->toxics.size();
    for (const Cut& before : cuts_) {
      const std::size_t count = effect_of(before).stream.size();
      if (before.name == cut.name && count > 0)
        state.connections += proxy->line->stream_hits().at(position).came;
      if (before.name == cut.name) break;
      if (covers(before, proxy->plan.parties())) position += count;
    }
    if (effect_of(cut).admission == relay::Link::Admission::hanging)
      state.hung_connects += proxy->line->hung_connects() - hung_before(cut.name, name);
  }
  return state;
}

std::uint64_t Proxies::hung_before(const std::string& cut, const std::string& proxy) const {
  const auto of_cut = hung_before_.find(cut);
  if (of_cut == hung_before_.end()) return 0;
  const auto of_proxy = of_cut->second.find(proxy);
  return of_proxy == of_cut->second.end() ? 0 : of_proxy->second;
}

std::vector<CutState> Proxies::cuts() const {
  const std::lock_guard lock(mutex_);
  std::vector<CutState> states;
  for (const Cut& cut : cuts_) states.push_back(state_of(cut));
  return states;
}

Outcome<CutState> Proxies::cut(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  for (const Cut& cut : cuts_)
    if (cut.name == name) return state_of(cut);
  return no_cut();
}

Outcome<void> Proxies::remove_cut(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::vector<Cut> rest = cuts_;
  if (std::erase_if(rest, [&](const Cut& one) { return one.name == name; }) == 0) return no_cut();
  hung_before_.erase(std::string(name));
  return set_cuts(std::move(rest));
}

std::vector<ProxyNumbers> Proxies::numbers() const {
  const std::lock_guard lock(mutex_);
  std::vector<ProxyNumbers> all;
  for (const auto& [name, proxy] : table_) all.push_back(proxy->numbers());
  return all;
}

Outcome<ProxyNumbers> Proxies::numbers(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(name);
  if (!proxy) return no_proxy();
  return proxy->numbers();
}

}  // namespace seawall::toxiproxy
