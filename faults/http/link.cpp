#include "faults/http/link.hpp"

#include <algorithm>
#include <utility>

#include "faults/http/conversation.hpp"
#include "faults/kinds/kind.hpp"

namespace seawall::http {

namespace {

// Whether it keeps requests for later.
bool holds(const plan::Armed& armed, const base::Link& link) {
  plan::Effect effect;
  if (armed.apply) armed.apply(*armed.fault, base::KeyedRandom(0), link, effect);
  return effect.late || effect.duplicate;
}

}  // namespace

Link::Link(relay::Relay& relay, Settings settings)
    : clock_(relay.clock()),
      registry_(std::make_shared<Registry>(std::move(settings.http), relay.workers())),
      tcp_(relay.add(with_conversations(std::move(settings.tcp), registry_))) {}

base::expected<void, std::string> Link::set_faults(std::vector<model::Fault> faults) {
  const auto any_holds = [this] {
    const std::vector<plan::Armed>& armed = registry_->faults.current()->armed();
    return std::any_of(armed.begin(), armed.end(),
                       [this](const plan::Armed& one) { return holds(one, registry_->link); });
  };
  const bool held = any_holds();
  if (auto set = registry_->faults.set(std::move(faults), clock_()); !set) return set;
  if (held && !any_holds()) tcp_->hurry_asides();
  tcp_->nudge();
  return {};
}

void Link::always_read_along(bool always) {
  registry_->always_read_along = always;
  tcp_->nudge();
}

}  // namespace seawall::http
