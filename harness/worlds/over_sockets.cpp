#include "harness/worlds/over_sockets.hpp"

#include <algorithm>
#include <utility>

#include "harness/live/clock.hpp"
#include "harness/os/limits.hpp"
#include "harness/worlds/readiness.hpp"

namespace seawall::worlds {

OverSockets::OverSockets(const runtime::WorldSetup& setup)
    : setup_(setup),
      armory_(
          setup.faults, [this](record::Event event) { emit(std::move(event)); },
          [this] { interrupt(); }) {
  os::raise_descriptor_limit();
}

base::expected<std::vector<net::ReservedPort>, std::string> OverSockets::reserve_nodes() {
  std::vector<net::ReservedPort> ports;
  for (const runtime::Node& node : setup_.target->nodes) {
    auto port = net::ReservedPort::reserve(0);
    if (!port) return base::unexpected(port.error());
    nodes_[node.name].port = port->number();
    ports.push_back(std::move(*port));
  }
  return ports;
}

proxy::Way OverSockets::way_of(const base::Link& link) const {
  proxy::Way way;
  const auto outside = setup_.outside.find(link.to);
  if (outside == setup_.outside.end())
    way.callee = nodes_.at(link.to);
  else
    way.callee = {outside->second.host, outside->second.port};
  return way;
}

base::expected<void, std::string> OverSockets::make_links() {
  proxy_ = std::make_unique<proxy::Proxy>(
      *setup_.target, setup_.seed, armory_,
      [this](const std::string& node, std::uint16_t position) { crash(node, position); },
      live::steady_now);
  return proxy_->reserve([this](const base::Link& link) { return way_of(link); });
}

base::expected<void, std::string> OverSockets::start_client() {
  for (const auto& [name, outside] : setup_.outside) proxy_->node_up(name);
  proxy_->sync();
  client_ = std::make_unique<live::Node>(node_setup(std::string(model::client_name)));
  client_->start();
  return client_->wait_until_serving(longest_start);
}

live::Node::Setup OverSockets::node_setup(const std::string& name) const {
  live::Node::Setup setup;
  setup.name = name;
  setup.seed = setup_.seed;
  for (const base::Link& link : setup_.target->links)
    if (link.from == name) setup.callees.emplace(link.to, proxy_->address(link));
  for (const auto& [callee, outside] : setup_.outside)
    setup.authorities.emplace(callee, outside.authority.empty()
                                          ? net::to_text({outside.host, outside.port})
                                          : outside.authority);
  setup.not_sent = [this, name](const std::string& callee, const model::Request& request,
                                model::Failure failure, TimePoint began) {
    proxy_->not_sent({name, callee}, request, failure, began);
  };
  return setup;
}

TimePoint OverSockets::now() const { return live::steady_now(); }

void OverSockets::advance(TimePoint until) {
  const std::chrono::steady_clock::time_point limit(until.time_since_epoch());
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, limit, [this] { return interrupted_; });
  interrupted_ = false;
}

void OverSockets::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  changed_.notify_all();
}

void OverSockets::drive(std::function<runtime::Task<>(runtime::Env&)> make) {
  client_->drive(std::move(make));
}

runtime::Lease OverSockets::arm(std::uint16_t position) {
  armory_.arm(position, now());
  if (!armory_.strikes_now(position)) {
    proxy_->faults_changed();
    proxy_->sync();  // whoever calls from now on meets it
    return runtime::Lease(*this, position);
  }
  const plan::Armed& fault = armory_.at(position);
  if (const auto struck = strike(fault)) {
    proxy_->sync();  // whoever calls a dead service from now on finds nobody listening
    armory_.met_node(position, fault.fault->node, *struck, now());
  }
  return runtime::Lease(*this, position);
}

void OverSockets::disarm(std::uint16_t position) {
  if (is_over()) return;
  armory_.disarm(position, now());
  const plan::Armed& fault = armory_.at(position);
  switch (fault.node) {
    case plan::NodeEffect::pause:
    case plan::NodeEffect::lock:
    case plan::NodeEffect::clock_jump:
      return relieve(fault);
    case plan::NodeEffect::crash:
    case plan::NodeEffect::restart:
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return proxy_->faults_changed();
  }
}

plan::WriteDecision::Fate OverSockets::meet_write(Writes& writes, const std::string& node,
                                                  base::Subject subject,
                                                  const std::string& write_class) {
  const std::uint32_t n = ++writes.count[{subject, write_class}];
  const auto armed = armory_.armed();
  if (armed->empty()) return plan::WriteDecision::Fate::pass;
  const plan::WriteDecision decision = plan::decide_write(*armed, node, subject, write_class, n);
  armory_.met_write(decision, node, subject, now());
  if (!decision.hit.empty()) writes.crash = decision.hit.front();
  return decision.fate;
}

void OverSockets::end_links() {
  if (proxy_) proxy_->stop();
  if (client_) client_->stop();
}

void OverSockets::finish(record::Record& record) {
  const TimePoint end = now();
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  end_control();
  // Links first: what the end itself does to nodes is not on record.
  if (proxy_) proxy_->finish(record);
  if (client_) client_->stop();
  end_nodes();
  if (client_) client_->move_to(record);
  record_nodes(record);
  {
    const std::lock_guard lock(events_mutex_);
    events_.move_to(record);
  }
  std::erase_if(record.events, [&](const record::Event& event) { return event.t > end; });
  read_ledger(record.ledger);
  record.faults = armory_.uses();
}

std::string OverSockets::failure() const {
  const std::lock_guard lock(events_mutex_);
  return failure_;
}

std::map<std::string, std::string> OverSockets::addresses() const {
  std::map<std::string, std::string> addresses;
  for (const auto& [name, address] : nodes_) addresses.emplace(name, net::to_text(address));
  for (const auto& [name, outside] : setup_.outside)
    addresses.emplace(name, net::to_text({outside.host, outside.port}));
  for (const base::Link& link : setup_.target->links)
    if (!link.is_inner())
      addresses.emplace(base::to_text(link), net::to_text(proxy_->address(link)));
  return addresses;
}

bool OverSockets::is_over() const {
  const std::lock_guard lock(mutex_);
  return over_;
}

bool OverSockets::is_interrupted() const {
  const std::lock_guard lock(mutex_);
  return interrupted_;
}

void OverSockets::fail(std::string why) {
  const std::lock_guard lock(events_mutex_);
  if (failure_.empty()) failure_ = std::move(why);
}

void OverSockets::emit(record::Event event) {
  const std::lock_guard lock(events_mutex_);
  events_.add(std::move(event));
}

}  // namespace seawall::worlds
