#include "faults/http/link.hpp"

#include <algorithm>
#include <utility>

#include "faults/kinds/kind.hpp"

namespace seawall::http {

namespace {

relay::Link::Settings with_conversations(relay::Link::Settings tcp,
                                         std::shared_ptr<Surroundings> around) {
  using Made = std::unique_ptr<relay::Interceptor>;
  tcp.intercept = [around = std::move(around)](const relay::Interceptor::Place& place) {
    const bool wanted = around->always_read_along || !around->faults.current()->empty();
    return wanted ? Made(std::make_unique<Conversation>(around, place)) : Made();
  };
  return tcp;
}

// Whether it keeps requests for later.
bool holds(const plan::Armed& armed, const base::Link& link) {
  plan::Effect effect;
  if (armed.apply) armed.apply(*armed.fault, base::KeyedRandom(0), link, effect);
  return effect.late || effect.duplicate;
}

}  // namespace

Link::Link(relay::Relay& relay, Settings settings)
    : clock_(relay.clock()),
      around_(std::make_shared<Surroundings>(std::move(settings.http), relay.workers())),
      tcp_(relay.add(with_conversations(std::move(settings.tcp), around_))) {}

base::expected<void, std::string> Link::set_faults(std::vector<model::Fault> faults) {
  const auto any_holds = [this] {
    const std::vector<plan::Armed>& armed = around_->faults.current()->armed();
    return std::any_of(armed.begin(), armed.end(),
                       [this](const plan::Armed& one) { return holds(one, around_->link); });
  };
  const bool held = any_holds();
  if (auto set = around_->faults.set(std::move(faults), clock_()); !set) return set;
  if (held && !any_holds()) tcp_->hurry_asides();
  tcp_->nudge();
  return {};
}

void Link::always_read_along(bool always) {
  around_->always_read_along = always;
  tcp_->nudge();
}

}  // namespace seawall::http
