#include "faults/toxiproxy/proxies.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "faults/toxiproxy/toxic_rules.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

constexpr std::size_t most_faults = 1000;  // of requests, on a proxy

base::unexpected<Refusal> refuse(int status, std::string message,
                                 std::optional<std::size_t> offset = {}) {
  return base::unexpected(Refusal{status, std::move(message), offset});
}

base::unexpected<Refusal> no_proxy() { return refuse(404, "proxy not found"); }
base::unexpected<Refusal> no_fault() { return refuse(404, "fault not found"); }
base::unexpected<Refusal> no_toxic() { return refuse(404, "toxic not found"); }

// Go writes all addresses of the machine as those of IPv6, and its clients compare.
std::string address_text(relay::Endpoint endpoint) {
  if (endpoint.host.empty()) endpoint.host = "::";
  return to_text(endpoint);
}

// No text stands for any port of all addresses.
base::expected<relay::Endpoint, std::string> parse_listen(std::string_view text) {
  if (text.empty()) return relay::Endpoint{};
  return relay::parse_endpoint(text);
}

// As Go says it: clients look for these words.
Refusal refusal_of(const relay::StartError& error, const std::string& address) {
  return {500, fmt::format("listen tcp {}: {}: {}", address, error.operation, error.reason), {}};
}

}  // namespace

// What has been checked of an input, and can be made.
struct Proxies::Plan {
  std::string name;
  std::string listen;
  std::string upstream;
  relay::Endpoint listen_address;  // resolved, where the name is known
  relay::Endpoint upstream_address;
  bool enabled = true;
  std::optional<std::vector<Toxic>> toxics;
  std::optional<bool> journal;

  void take_listen(const Plan& other) {
    listen = other.listen;
    listen_address = other.listen_address;
  }
  void take_upstream(const Plan& other) {
    upstream = other.upstream;
    upstream_address = other.upstream_address;
  }
};

struct Proxies::Proxy {
  Plan plan;
  std::vector<Toxic> toxics;  // in order of creation
  std::vector<HttpFault> faults;
  bool journal = false;
  std::optional<base::TimePoint> emptied;  // its journal was
  std::unique_ptr<Line> line;              // since it first listened at these addresses
  bool enabled = false;

  // The error is a sentence: what cannot act here. Then nothing has changed.
  base::expected<void, std::string> set_faults(std::vector<HttpFault> wanted) {
    std::vector<model::Fault> all;
    for (const HttpFault& fault : wanted) all.push_back(fault.fault);
    if (line)
      if (const auto set = line->set_http_faults(std::move(all)); !set) return set;
    faults = std::move(wanted);
    return {};
  }
  void keep_journal(bool keep) {
    journal = keep;
    if (line) line->always_read_along(keep);
  }
  bool has_fault(std::string_view name) const {
    return std::any_of(faults.begin(), faults.end(),
                       [&](const HttpFault& one) { return one.fault.name == name; });
  }
  // With what they did, where there is a line to ask.
  std::vector<HttpFaultState> fault_states() const {
    std::vector<http::Link::Use> uses;  // in the same order
    if (line) uses = line->hits();
    uses.resize(faults.size());
    std::vector<HttpFaultState> states;
    for (std::size_t i = 0; i < faults.size(); ++i)
      states.push_back({faults[i], uses[i].reached, uses[i].hit});
    return states;
  }
  void apply_toxics() const {
    if (!line) return;
    std::vector<relay::StreamFault> stream;
    for (const Toxic& toxic : toxics) stream.push_back(toxic.fault());
    line->set_faults(std::move(stream));
  }
  void stop() {
    if (line) line->stop();
    enabled = false;
  }
  auto position(std::string_view name) {
    return std::find_if(toxics.begin(), toxics.end(),
                        [&](const Toxic& toxic) { return toxic.name == name; });
  }
  std::vector<Toxic> ordered_toxics() const {
    std::vector<Toxic> ordered;
    for (const auto direction : {relay::Direction::up, relay::Direction::down})
      for (const Toxic& toxic : toxics)
        if (toxic.direction == direction) ordered.push_back(toxic);
    return ordered;
  }
  ProxyState state() const {
    return {plan.name, plan.listen, plan.upstream, enabled, ordered_toxics()};
  }
  ProxyNumbers numbers() const {
    ProxyNumbers numbers{state(), {}, {}, fault_states(), journal};
    if (!line) return numbers;
    numbers.counters = line->counters();
    numbers.injection_error = line->injection_error();
    return numbers;
  }
};

Proxies::Proxies(Lines& lines, Settings settings) : lines_(lines), settings_(std::move(settings)) {}

Proxies::~Proxies() = default;

Refusal refusal_of(const Mistake& mistake) {
  return {400, fmt::format("{}{}", bad_body, mistake.sentence), mistake.offset};
}

Proxies::Proxy* Proxies::find(std::string_view name) const {
  const auto found = table_.find(name);
  return found == table_.end() ? nullptr : found->second.get();
}

Outcome<void> Proxies::allow(const relay::Endpoint& upstream, std::size_t offset) const {
  const auto& hosts = settings_.allowed_hosts;
  if (hosts.empty() || std::find(hosts.begin(), hosts.end(), upstream.host) != hosts.end())
    return {};
  return refuse(403,
                fmt::format("upstream {}: expected a host that --allow-host names ({})",
                            to_text(upstream), base::join(hosts, ", ")),
                offset);
}

// Does not look at what there is, so that names are resolved without the lock.
Outcome<Proxies::Plan> Proxies::plan(const ProxyInput& input) const {
  Plan plan;
  plan.name = input.name.value_or("");
  if (plan.name.empty()) return refuse(400, "missing required field: name", input.offset);
  plan.upstream = input.upstream.value_or("");
  if (plan.upstream.empty()) return refuse(400, "missing required field: upstream", input.offset);
  const auto upstream = relay::parse_endpoint(plan.upstream);
  if (!upstream) return refuse(400, "upstream: " + upstream.error(), input.offset);
  plan.upstream_address = *upstream;
  if (const auto allowed = allow(*upstream, input.offset); !allowed)
    return base::unexpected(allowed.error());
  plan.listen = input.listen.value_or("");
  const auto listen = parse_listen(plan.listen);
  if (!listen) return refuse(400, "listen: " + listen.error(), input.offset);
  plan.listen_address = lines_.resolve(*listen).value_or(*listen);
  plan.enabled = input.enabled.value_or(true);
  plan.journal = input.journal;
  if (input.toxics) {
    auto toxics = new_toxics(*input.toxics);
    if (!toxics) return base::unexpected(toxics.error());
    plan.toxics = *std::move(toxics);
  }
  return plan;
}

Outcome<std::vector<Proxies::Plan>> Proxies::plan(const std::vector<ProxyInput>& inputs) const {
  std::vector<Plan> plans;
  std::set<std::string> names;
  for (const ProxyInput& input : inputs) {
    auto next = plan(input);
    if (next && !names.insert(next->name).second)
      next = refuse(400, fmt::format("duplicate proxy name {}", next->name), input.offset);
    if (!next) {
      next.error().message += fmt::format(" at proxy {}", plans.size() + 1);
      return base::unexpected(next.error());
    }
    plans.push_back(*std::move(next));
  }
  return plans;
}

// The address that it got is its address from now on, so that it has the same after a pause.
Outcome<void> Proxies::start(Proxy& proxy) {
  if (proxy.enabled) return {};
  Plan& plan = proxy.plan;
  if (!proxy.line) {
    proxy.line = lines_.add({plan.name, plan.listen_address, plan.upstream_address});
    proxy.apply_toxics();
    proxy.line->always_read_along(proxy.journal);
    if (!proxy.faults.empty())
      if (const auto set = proxy.set_faults(proxy.faults); !set) return refuse(400, set.error());
  }
  if (const auto started = proxy.line->start(); !started)
    return base::unexpected(refusal_of(started.error(), address_text(plan.listen_address)));
  plan.listen_address = proxy.line->listen();
  plan.listen = address_text(plan.listen_address);
  proxy.enabled = true;
  return {};
}

Outcome<ProxyState> Proxies::create(const ProxyInput& input) {
  ProxyInput without_toxics = input;  // Toxiproxy's clients send what they last saw of them
  without_toxics.toxics.reset();
  auto planned = plan(without_toxics);
  if (!planned) return base::unexpected(planned.error());
  const std::lock_guard lock(mutex_);
  if (find(planned->name)) return refuse(409, "proxy already exists");
  return put(*std::move(planned));
}

// In the place of one of the same name, if there is one. It ends first, because the new one may
// want its port; where the new one cannot start, it stays, and stays disabled.
Outcome<ProxyState> Proxies::put(Plan plan) {
  auto proxy = std::make_unique<Proxy>();
  proxy->plan = std::move(plan);
  if (proxy->plan.toxics) proxy->toxics = *proxy->plan.toxics;
  proxy->journal = proxy->plan.journal.value_or(false);
  if (Proxy* const old = find(proxy->plan.name)) old->stop();
  if (proxy->plan.enabled)
    if (const auto started = start(*proxy); !started) return base::unexpected(started.error());
  const ProxyState state = proxy->state();
  table_[state.name] = std::move(proxy);
  return state;
}

std::vector<ProxyState> Proxies::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<ProxyState> states;
  for (const auto& [name, proxy] : table_) states.push_back(proxy->state());
  return states;
}

Outcome<ProxyState> Proxies::get(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(name);
  if (!proxy) return no_proxy();
  return proxy->state();
}

Outcome<ProxyState> Proxies::update(std::string_view name, const ProxyInput& input) {
  const auto before = get(name);
  if (!before) return base::unexpected(before.error());
  ProxyInput whole;
  whole.name = before->name;
  // Empty text is what a client sends that knows no better, and means no change.
  whole.listen = input.listen && !input.listen->empty() ? input.listen : before->listen;
  whole.upstream = input.upstream && !input.upstream->empty() ? input.upstream : before->upstream;
  auto planned = plan(whole);
  if (!planned) return base::unexpected(planned.error());

  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(name);
  if (!proxy) return no_proxy();
  // What the input does not name may have changed since.
  if (whole.listen != input.listen) planned->take_listen(proxy->plan);
  if (whole.upstream != input.upstream) planned->take_upstream(proxy->plan);
  const bool enabled = input.enabled.value_or(proxy->enabled);
  if (planned->listen_address != proxy->plan.listen_address ||
      planned->upstream_address != proxy->plan.upstream_address) {
    proxy->stop();
    proxy->line.reset();
    proxy->plan = *std::move(planned);
  }
  if (!enabled) proxy->stop();
  if (enabled)
    if (const auto started = start(*proxy); !started) return base::unexpected(started.error());
  return proxy->state();
}

Outcome<void> Proxies::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(name);
  if (found == table_.end()) return no_proxy();
  table_.erase(found);
  return {};
}

Proxies::Populated Proxies::populate(const std::vector<ProxyInput>& inputs) {
  Populated populated;
  auto plans = plan(inputs);
  if (!plans) {
    populated.refusal = plans.error();
    return populated;
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < plans->size(); ++i) {
    Plan& plan = (*plans)[i];
    Proxy* const proxy = find(plan.name);
    if (proxy && proxy->plan.listen_address == plan.listen_address &&
        proxy->plan.upstream_address == plan.upstream_address) {
      if (plan.toxics && !plan.toxics->empty()) {
        proxy->toxics = *std::move(plan.toxics);
        proxy->apply_toxics();
      }
      if (plan.journal) proxy->keep_journal(*plan.journal);
      populated.proxies.push_back(proxy->state());
      continue;
    }
    auto state = put(std::move(plan));
    if (!state) {
      populated.refusal = state.error();
      populated.refusal->offset = inputs[i].offset;
      return populated;
    }
    populated.proxies.push_back(*std::move(state));
  }
  return populated;
}

Outcome<void> Proxies::reset() {
  const std::lock_guard lock(mutex_);
  Outcome<void> outcome;
  for (const auto& [name, proxy] : table_) {
    proxy->toxics.clear();
    proxy->apply_toxics();
    if (!proxy->faults.empty()) proxy->set_faults({});
    const auto started = start(*proxy);
    if (!started && outcome) outcome = started;
  }
  return outcome;
}

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
  proxy->apply_toxics();
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
  proxy->apply_toxics();
  return toxic;
}

Outcome<void> Proxies::remove_toxic(std::string_view proxy_name, std::string_view name) {
  const std::lock_guard lock(mutex_);
  Proxy* const proxy = find(proxy_name);
  if (!proxy) return no_proxy();
  const auto found = proxy->position(name);
  if (found == proxy->toxics.end()) return no_toxic();
  proxy->toxics.erase(found);
  proxy->apply_toxics();
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
