#include "harness/worlds/own_services.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/url.hpp"
#include "harness/worlds/own_start.hpp"
#include "harness/worlds/readiness.hpp"

namespace seawall::worlds {

struct OwnServices::Service final : Host {
  Service(OwnServices& w, const std::string& n, net::ReservedPort p)
      : Host(n), world(w), claim(p.number()), port(std::move(p)) {}

  base::expected<void, std::string> launch() override;
  bool signal(int number) override { return process && process->signal(number); }
  void kill() override {
    if (process) process->kill();
  }
  std::string story() const override { return world.without_secrets(process->story()); }
  void drain(base::Duration time) override;
  // It was told to end, and nothing tells it otherwise.
  bool serve_on() override { return false; }
  void hear_out() override;
  // What it does beyond the links is not seen.
  bool idle() const override { return true; }

  void await_ready();
  void end_waiting() override {
    if (waiter.joinable()) waiter.join();
  }

  OwnServices& world;
  const net::PortClaim claim;             // other runs, of any process, leave its port alone
  std::optional<net::ReservedPort> port;  // until its first launch
  OwnStart start;
  Supervised* process = nullptr;
  std::thread waiter;  // until the process that was launched again is ready
};

OwnServices::OwnServices(const model::Scenario& scenario, const runtime::WorldSetup& setup)
    : ProcessWorld(setup), scenario_(scenario) {
  const auto collect = [this](const model::LateText& text) {
    model::collect_secrets(text, secrets_);
  };
  const auto collect_all = [&collect](const model::Command& words) {
    for (const model::LateText& word : words) collect(word);
  };
  for (const model::Service& service : scenario.services) {
    collect_all(service.command);
    collect(service.cwd);
    for (const auto& [name, value] : service.env) collect(value);
    for (const model::Command& command : service.setup) collect_all(command);
    if (!service.ready) continue;
    collect_all(service.ready->command);
    if (service.ready->http) collect(*service.ready->http);
  }
}

// Links end first, so that nobody asks for the death of a service that is gone.
OwnServices::~OwnServices() {
  end_control();
  end_links();
  end_nodes();
}

base::expected<void, std::string> OwnServices::start() {
  auto started = build();
  if (!started) return base::unexpected(without_secrets(started.error()));
  for (const auto& host : hosts_) supervisor_.add(service_of(*host).start.spec);
  started =
      supervisor_.start([this](Supervised& supervised) { return launch_first(supervised); },
                        [this](const Supervised& supervised) { return ready_first(supervised); },
                        [this] { return is_interrupted(); });
  if (!started) return base::unexpected(without_secrets(started.error()));
  if (auto found = look_at_base(); !found) return found;
  return start_client();
}

// A run against nobody would only measure that.
base::expected<void, std::string> OwnServices::look_at_base() {
  const auto base =
      ways_.find(base::Link{std::string(model::client_name), std::string(model::base_name)});
  if (base == ways_.end() || !scenario_.target.is_external()) return {};
  const auto found = look_tcp(base->second.callee);
  if (found) return {};
  return base::unexpected("nobody takes connections at base, " + net::to_text(base->second.callee) +
                          ": " + found.error() +
                          "; expected that the system runs already: start it, or give [target] "
                          "base its address");
}

base::expected<void, std::string> OwnServices::build() {
  if (auto reserved = reserve_services(); !reserved) return reserved;
  if (auto made = make_ways(); !made) return made;
  if (auto made = make_links(); !made) return made;
  if (auto opened = open_control(); !opened) return opened;
  model::Addresses known;
  for (const auto& [name, address] : nodes_) known.services[name] = net::to_text(address);
  for (const base::Link& link : setup_.target->links)
    known.links[link] = net::to_text(proxy_->address(link));
  for (std::size_t i = 0; i < hosts_.size(); ++i)
    if (auto prepared = prepare(service_of(*hosts_[i]), scenario_.services[i], known); !prepared)
      return prepared;
  return {};
}

base::expected<void, std::string> OwnServices::reserve_services() {
  for (const model::Service& service : scenario_.services) {
    auto port = net::ReservedPort::reserve(static_cast<std::uint16_t>(service.port.value_or(0)));
    if (!port)
      return base::unexpected(service.name + ": " + port.error() +
                              "; expected it free for this service: stop what listens there, or "
                              "give the service another port");
    nodes_[service.name].port = port->number();
    hosts_.push_back(std::make_unique<Service>(*this, service.name, std::move(*port)));
  }
  return {};
}

base::expected<void, std::string> OwnServices::make_ways() {
  auto ways = ways_of(scenario_, nodes_);
  if (!ways) return base::unexpected(ways.error());
  ways_ = std::move(*ways);
  if (!scenario_.target.is_external()) return {};
  for (const auto& [link, way] : ways_)
    setup_.outside[link.to] = {way.callee.host, way.callee.port, ""};
  if (const auto base = net::parse_url(scenario_.target.base.value_or("")))
    setup_.outside[std::string(model::base_name)].authority = base->authority;
  return {};
}

// A client may use it from the start on, for it is the links' that it asks for, not the services'.
base::expected<void, std::string> OwnServices::open_control() {
  if (!scenario_.control.toxiproxy) return {};
  std::vector<Control::Seen> seen;
  for (const auto& [link, way] : ways_) seen.push_back({link, way.callee});
  auto opened = Control::open(*scenario_.control.toxiproxy, *proxy_, seen);
  if (!opened) return base::unexpected(opened.error());
  control_ = std::move(*opened);
  return {};
}

// What it needs is known: it gets its folder, its proxy and its commands.
base::expected<void, std::string> OwnServices::prepare(Service& service,
                                                       const model::Service& asked,
                                                       model::Addresses addresses) {
  OwnSurroundings around;
  around.root = scenario_.target.root.value_or("");
  around.port = nodes_.at(service.name).port;
  around.addresses = std::move(addresses);
  around.addresses.port = std::to_string(around.port);
  around.addresses.dir = (std::filesystem::path(setup_.dir) / service.name).string();
  std::error_code error;
  std::filesystem::create_directory(around.addresses.dir, error);
  if (error)
    return base::unexpected(service.name + ": cannot make its folder " + around.addresses.dir +
                            ": " + error.message());
  if (asked.wiring) {
    auto forward = start_forward_proxy(
        scenario_, service.name, [this](const base::Link& link) { return proxy_->address(link); });
    if (!forward) return base::unexpected(forward.error());
    around.environment = proxy_environment(**forward);
    forwards_.emplace(service.name, std::move(*forward));
  }
  auto start = own_start(asked, around);
  if (!start) return base::unexpected(start.error());
  service.start = std::move(*start);
  return {};
}

base::expected<void, std::string> OwnServices::launch_first(Supervised& supervised) {
  Service& service = service_named(supervised.spec().name);
  if (auto done =
          run_setup(service.start, setup_.programs.shim, [this] { return is_interrupted(); });
      !done)
    return done;
  service.process = &supervised;
  return launch(service);
}

// The next one may call it.
base::expected<void, std::string> OwnServices::ready_first(const Supervised& supervised) {
  Service& service = service_named(supervised.spec().name);
  if (const auto& after = service.start.after)
    if (auto done = after(); !done) return base::unexpected(service.name + ": " + done.error());
  can_be_used(service);
  proxy_->sync();
  return {};
}

void OwnServices::can_be_used(Service& service) {
  tell(service, "up");
  serves(service);
}

base::expected<void, std::string> OwnServices::Service::launch() {
  port.reset();
  auto launched =
      process->launch([this](const os::End&) { world.loop_.post([this] { world.gone(*this); }); });
  if (!launched) return base::unexpected(world.without_secrets(launched.error()));
  // The first time, whoever starts them all waits.
  if (incarnations > 1) waiter = std::thread([this] { await_ready(); });
  return {};
}

// One that stands still is given its time once more; one that was killed is awaited no longer.
void OwnServices::Service::await_ready() {
  while (true) {
    const auto ready = process->wait_until_ready([this] { return world.is_over(); });
    if (ready) return world.can_be_used(*this);
    const std::lock_guard lock(world.mutex_);
    if (!alive || world.over_) return;
    if (pauses == 0) return world.fail(world.without_secrets(ready.error()));
  }
}

// For as long as the fault says, or else as its owner has said. After that it is killed.
void OwnServices::Service::drain(base::Duration time) {
  process->signal(start.spec.stop.signal);
  const base::Duration grace = time > base::Duration::zero() ? time : start.spec.stop.grace;
  world.loop_.post([this, grace, incarnation = incarnations] {
    world.loop_.at(world.loop_.now() + grace, [this, incarnation] {
      if (incarnations == incarnation) world.end_drain(*this);
    });
  });
}

// One that was told to end has ended by that. Its port stays its own, where it can be had.
void OwnServices::Service::hear_out() {
  world.end_drain(*this);
  static_cast<void>(process->hold_port());
}

OwnServices::Service& OwnServices::service_of(Host& host) { return static_cast<Service&>(host); }

OwnServices::Service& OwnServices::service_named(const std::string& name) {
  return service_of(host_named(hosts_, name));
}

void OwnServices::end_control() {
  if (!control_) return;
  for (std::string& done : control_->close()) remarks_.push_back(std::move(done));
}

// Each as its owner has it end, those that need others first.
void OwnServices::end_nodes() {
  if (!end_launching()) return;
  for (std::string& complaint : supervisor_.stop())
    remarks_.push_back(without_secrets(std::move(complaint)));
  for (const auto& host : hosts_) service_of(*host).end_waiting();
  remark_on_links();
  forwards_.clear();
}

// Of a run without any load, there is nothing to say.
void OwnServices::remark_on_links() {
  if (!client_) return;
  const auto& unused = proxy_->unused();
  const auto is_clients = [](const base::Link& link) { return link.from == model::client_name; };
  if (std::ranges::count_if(unused, is_clients) ==
      std::ranges::count_if(setup_.target->links, is_clients))
    return;
  for (const base::Link& link : unused)
    remarks_.push_back("nobody used the link " + base::to_text(link) +
                       (is_clients(link) ? "" : ": is " + link.from + " pointed at it?"));
  for (const auto& [caller, forward] : forwards_)
    if (const std::uint64_t refused = forward->counters().refused; refused > 0)
      remarks_.push_back(
          "its http_proxy refused " + base::grouped(static_cast<std::int64_t>(refused)) +
          " requests of " + caller +
          " for hosts that no [[link]] of it names: " + base::join(forward->strangers(), ", "));
}

std::string OwnServices::without_secrets(std::string text) const {
  return model::without_secrets(std::move(text), secrets_);
}

runtime::Target own_target(const model::Scenario& scenario) {
  runtime::Target target;
  for (const model::LinkSpec& link : scenario.links) target.links.push_back(link.link());
  return target;
}

}  // namespace seawall::worlds
