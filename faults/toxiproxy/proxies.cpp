#include "faults/toxiproxy/proxies.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "faults/toxiproxy/proxy.hpp"
#include "faults/toxiproxy/toxic_rules.hpp"
#include "harness/base/text.hpp"

namespace seawall::toxiproxy {
namespace {

base::unexpected<Refusal> no_proxy() { return refuse(404, "proxy not found"); }

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

}  // namespace

// As Go says it: clients look for these words.
Refusal refusal_of(const relay::StartError& error, const std::string& address) {
  return {500, fmt::format("listen tcp {}: {}: {}", address, error.operation, error.reason), {}};
}

Refusal refusal_in_run(std::string_view what) {
  return {403,
          fmt::format("cannot {}: the proxies here are the links of a run, and its scenario says "
                      "what there is; expected a change of toxics, or of enabled",
                      what),
          {}};
}

Proxies::Proxies(Lines& lines, Settings settings)
    : lines_(lines), allowed_(std::move(settings.allowed_hosts)) {}

Proxies::~Proxies() = default;

Refusal refusal_of(const Mistake& mistake) {
  return {400, fmt::format("{}{}", bad_body, mistake.sentence), mistake.offset};
}

Proxies::Proxy* Proxies::find(std::string_view name) const {
  const auto found = table_.find(name);
  return found == table_.end() ? nullptr : found->second.get();
}

Outcome<void> Proxies::allow(const relay::Endpoint& upstream, std::size_t offset) const {
  if (allowed_.allows(upstream.host)) return {};
  return refuse(403,
                fmt::format("upstream {}: expected a host that --allow-host names ({})",
                            to_text(upstream), allowed_.text()),
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
  plan.caller = input.caller;
  plan.callee = input.callee;
  plan.tls = input.tls;
  if (plan.tls)
    if (auto checked = check_tls(*plan.tls, upstream->host); !checked) {
      checked.error().offset = input.offset;
      return base::unexpected(checked.error());
    }
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

// A certificate that was made stays the same while the proxy is there: callers trust it.
Outcome<void> Proxies::add_line(Proxy& proxy) {
  const Plan& plan = proxy.plan;
  relay::Link::Settings settings{plan.name, plan.listen_address, plan.upstream_address};
  if (plan.tls && plan.tls->callers) {
    if (!proxy.caller_tls) {
      auto made = make_caller_tls(*plan.tls->callers);
      if (!made) return base::unexpected(made.error());
      proxy.caller_tls = *std::move(made);
    }
    settings.caller_tls = proxy.caller_tls->settings;
  }
  if (plan.tls && plan.tls->upstream) {
    auto made = make_upstream_tls(*plan.tls->upstream, plan.upstream_address.host);
    if (!made) return base::unexpected(made.error());
    settings.callee_tls = *std::move(made);
  }
  proxy.line = lines_.add(std::move(settings));
  proxy.apply_stream_faults(cuts_);
  proxy.line->always_read_along(proxy.journal);
  if (!proxy.faults.empty())
    if (const auto set = proxy.set_faults(proxy.faults); !set) return refuse(400, set.error());
  return {};
}

// The address that it got is its address from now on, so that it has the same after a pause.
Outcome<void> Proxies::start(Proxy& proxy) {
  if (proxy.enabled) return {};
  if (!proxy.line)
    if (const auto added = add_line(proxy); !added) return added;
  Plan& plan = proxy.plan;
  auto started = proxy.admit(cuts_);
  if (started) started = proxy.line->start();
  if (!started)
    return base::unexpected(refusal_of(started.error(), address_text(plan.listen_address)));
  plan.listen_address = proxy.line->listen();
  plan.listen = address_text(plan.listen_address);
  proxy.enabled = true;
  return {};
}

Outcome<ProxyState> Proxies::create(const ProxyInput& input, Toxics toxics) {
  if (fixed_) return base::unexpected(refusal_in_run("create a proxy"));
  ProxyInput wanted = input;
  if (toxics == Toxics::ignored) wanted.toxics.reset();
  auto planned = plan(wanted);
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
    if (fixed_) return base::unexpected(refusal_in_run("move a proxy"));
    proxy->stop();
    proxy->line.reset();
    planned->take_rest(proxy->plan);
    proxy->plan = *std::move(planned);
  }
  if (!enabled) proxy->stop();
  if (enabled)
    if (const auto started = start(*proxy); !started) return base::unexpected(started.error());
  return proxy->state();
}

Outcome<void> Proxies::remove(std::string_view name) {
  if (fixed_) return base::unexpected(refusal_in_run("delete a proxy"));
  const std::lock_guard lock(mutex_);
  const auto found = table_.find(name);
  if (found == table_.end()) return no_proxy();
  table_.erase(found);
  return {};
}

Proxies::Populated Proxies::populate(const std::vector<ProxyInput>& inputs) {
  Populated populated;
  if (fixed_) {
    populated.refusal = refusal_in_run("populate");
    return populated;
  }
  auto plans = plan(inputs);
  if (!plans) {
    populated.refusal = plans.error();
    return populated;
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < plans->size(); ++i) {
    Plan& plan = (*plans)[i];
    Proxy* const proxy = find(plan.name);
    if (proxy && plan.says_the_same(proxy->plan) &&
        proxy->plan.listen_address == plan.listen_address &&
        proxy->plan.upstream_address == plan.upstream_address) {
      if (plan.toxics && !plan.toxics->empty()) {
        proxy->toxics = *std::move(plan.toxics);
        proxy->apply_stream_faults(cuts_);
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
  Outcome<void> outcome = set_cuts({});
  hung_before_.clear();
  for (const auto& [name, proxy] : table_) {
    proxy->toxics.clear();
    proxy->apply_stream_faults(cuts_);
    if (!proxy->faults.empty()) proxy->set_faults({});
    auto started = start(*proxy);
    if (!started && outcome) outcome = started;
  }
  return outcome;
}

std::optional<relay::Endpoint> Proxies::listens_at(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Proxy* const proxy = find(name);
  if (!proxy || proxy->plan.listen_address.port == 0) return std::nullopt;
  return proxy->plan.listen_address;
}

}  // namespace seawall::toxiproxy
