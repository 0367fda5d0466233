#include "harness/worlds/in_process.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/limits.hpp"

namespace seawall::worlds {

namespace {

constexpr base::Duration longest_start = std::chrono::seconds(60);

}  // namespace

// A node with what it keeps over its incarnations. Its store outlives it.
struct InProcess::Host {
  std::string name;
  net::Address address;
  std::optional<net::ReservedPort> port;  // until the node has it
  std::unique_ptr<live::Store> store;
  std::unique_ptr<live::Node> node;  // after its store
  std::uint64_t ledger_read = 0;     // lsn

  // Under the lock of the world.
  bool serves = false;
  bool restarts = false;  // by itself, later
  int pauses = 0;
  bool drains = false;
  // Whether it does what it is asked for: to end, say.
  bool listens() const { return serves && pauses == 0 && !drains; }

  // Of the thread on which the store asks.
  std::map<std::tuple<base::Subject, std::string>, std::uint32_t> writes;  // by class
  std::uint16_t crash = 0;  // the fault that struck at a write
};

InProcess::InProcess(const runtime::WorldSetup& setup)
    : setup_(setup),
      armory_(
          setup.faults, [this](record::Event event) { emit(std::move(event)); },
          [this] { interrupt(); }) {}

// Links end first, so that nobody asks for the death of a node that is gone.
InProcess::~InProcess() {
  if (proxy_) proxy_->stop();
  if (client_) client_->stop();
  for (const auto& host : hosts_)
    if (host->node) host->node->stop();
}

base::expected<void, std::string> InProcess::start() {
  os::raise_descriptor_limit();
  if (auto built = build(); !built) return built;
  for (const auto& host : hosts_) {
    host->node->start();
    if (auto ready = host->node->wait_until_serving(longest_start); !ready) return ready;
    await_news_of(*host);
    proxy_->node_up(host->name);
    proxy_->sync();  // the next one may call it
  }
  for (const auto& [name, outside] : setup_.outside) proxy_->node_up(name);
  proxy_->sync();
  client_->start();
  return client_->wait_until_serving(longest_start);
}

// The node serves a moment before it is known here, and a fault of it may be armed next.
void InProcess::await_news_of(const Host& host) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, longest_start, [&host] { return host.serves; });
}

base::expected<void, std::string> InProcess::build() {
  for (const runtime::Node& plan : setup_.target->nodes) {
    auto port = net::ReservedPort::reserve(0);
    if (!port) return base::unexpected(port.error());
    auto host = std::make_unique<Host>();
    host->name = plan.name;
    host->address.port = port->number();
    host->port = std::move(*port);
    hosts_.push_back(std::move(host));
  }
  proxy_ = std::make_unique<proxy::Proxy>(
      *setup_.target, setup_.seed, armory_,
      [this](const std::string& node, std::uint16_t position) { kill(host_named(node), position); },
      live::steady_now);
  auto reserved = proxy_->reserve([this](const std::string& name) -> net::Address {
    const auto outside = setup_.outside.find(name);
    if (outside == setup_.outside.end()) return host_named(name).address;
    return {outside->second.host, outside->second.port};
  });
  if (!reserved) return reserved;

  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    Host& host = *hosts_[i];
    if (auto opened = open_store(host); !opened) return opened;
    live::Node::Setup setup = node_setup(host.name);
    setup.plan = setup_.target->nodes[i];
    setup.port = std::move(host.port);
    setup.store = host.store.get();
    setup.on_change = [this, &host](live::Node::State state) { changed(host, state); };
    host.node = std::make_unique<live::Node>(std::move(setup));
  }
  client_ = std::make_unique<live::Node>(node_setup("client"));
  return {};
}

base::expected<void, std::string> InProcess::open_store(Host& host) {
  live::Store::Aim aim;
  aim.decide = [this, &host](const runtime::Batch& batch) { return meet_write(host, batch); };
  aim.die = [this, &host] { kill(host, host.crash); };
  if (setup_.store == model::Target::Store::memory) {
    host.store = live::make_memory_store(host.name, std::move(aim));
    return {};
  }
  std::string file = host.name + ".db";
  std::replace(file.begin(), file.end(), '/', '-');
  const auto path = std::filesystem::path(setup_.dir) / file;
  auto store = live::open_sqlite_store(path.string(), host.name, std::move(aim));
  if (!store) return base::unexpected(store.error());
  host.store = std::move(*store);
  return {};
}

live::Node::Setup InProcess::node_setup(const std::string& name) {
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

InProcess::Host& InProcess::host_named(const std::string& name) {
  const auto at = std::find_if(hosts_.begin(), hosts_.end(),
                               [&](const auto& host) { return host->name == name; });
  base::require(at != hosts_.end(), "links and faults name nodes of the target");
  return **at;
}

TimePoint InProcess::now() const { return live::steady_now(); }

void InProcess::advance(TimePoint until) {
  const std::chrono::steady_clock::time_point limit(until.time_since_epoch());
  std::unique_lock lock(mutex_);
  woken_.wait_until(lock, limit, [this] { return interrupted_; });
  interrupted_ = false;
}

void InProcess::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  woken_.notify_all();
}

void InProcess::drive(std::function<runtime::Task<>(runtime::Env&)> make) {
  client_->drive(std::move(make));
}

runtime::Lease InProcess::arm(std::uint16_t position) {
  armory_.arm(position, now());
  if (!armory_.strikes_now(position)) {
    proxy_->faults_changed();
    proxy_->sync();  // whoever calls from now on meets it
    return runtime::Lease(*this, position);
  }
  const plan::Armed& fault = armory_.at(position);
  Host& host = host_named(fault.fault->node);
  if (fault.node == plan::NodeEffect::lock) {
    lock(host, position);
    return runtime::Lease(*this, position);
  }
  const bool struck = strike(fault, host);
  proxy_->sync();  // whoever calls a dead service from now on finds nobody listening
  armory_.met_node(position, host.name, struck, now());
  return runtime::Lease(*this, position);
}

void InProcess::disarm(std::uint16_t position) {
  if (over_) return;
  armory_.disarm(position, now());
  const plan::Armed& fault = armory_.at(position);
  switch (fault.node) {
    case plan::NodeEffect::pause:
      return resume(host_named(fault.fault->node));
    case plan::NodeEffect::lock:
      return unlock(host_named(fault.fault->node), position);
    case plan::NodeEffect::clock_jump:
      host_named(fault.fault->node).node->jump(-fault.fault->jump.by);
      return;
    case plan::NodeEffect::crash:
    case plan::NodeEffect::restart:
    case plan::NodeEffect::none:
      return proxy_->faults_changed();
  }
}

// It meets a node with the first write that waits for it.
void InProcess::lock(Host& host, std::uint16_t position) {
  for_each_sharing(host, [this, position](Host& other) {
    other.store->lock(position, [this, position, &other] {
      armory_.met_node(position, other.name, true, now());
    });
  });
}

void InProcess::unlock(Host& host, std::uint16_t position) {
  for_each_sharing(host, [position](Host& other) { other.store->unlock(position); });
}

void InProcess::for_each_sharing(Host& host, const std::function<void(Host&)>& action) {
  for (const auto& other : hosts_)
    if (other.get() == &host || setup_.target->one_database)
      other->node->post([action, host = other.get()] { action(*host); });
}

bool InProcess::strike(const plan::Armed& fault, Host& host) {
  switch (fault.node) {
    case plan::NodeEffect::crash:
      return kill(host, fault.position);
    case plan::NodeEffect::pause:
      return pause(host);
    case plan::NodeEffect::restart:
      drain(host, fault);
      return false;  // it strikes later
    case plan::NodeEffect::clock_jump:
      return host.node->jump(fault.fault->jump.by);
    case plan::NodeEffect::lock:  // see arm()
    case plan::NodeEffect::none:
      return false;
  }
  return false;
}

// The lock is held over both, so that a node that is up again at once is not told of as down later.
bool InProcess::kill(Host& host, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  return kill_locked(host, position);
}

bool InProcess::kill_locked(Host& host, std::uint16_t position) {
  const auto restart = armory_.at(position).fault->restart;
  if (!host.node->crash(restart)) return false;
  host.serves = false;
  host.pauses = 0;
  host.drains = false;
  host.restarts = restart.has_value();
  armory_.node_down(position, host.name);
  proxy_->node_down(host.name);
  return true;
}

void InProcess::drain(Host& host, const plan::Armed& fault) {
  const std::lock_guard lock(mutex_);
  if (!host.listens()) return;
  host.drains = true;
  const std::uint16_t position = fault.position;
  host.node->drain(fault.fault->drain, [this, &host, position] { end_drain(host, position); });
  armory_.node_down(position, host.name);
}

// Somebody else may have killed it meanwhile, or it was told to serve on.
void InProcess::end_drain(Host& host, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  if (host.drains && kill_locked(host, position)) armory_.drained(position, host.name, now());
}

bool InProcess::pause(Host& host) {
  const std::lock_guard lock(mutex_);
  if (host.drains || !host.node->pause()) return false;
  ++host.pauses;
  return true;
}

void InProcess::resume(Host& host) {
  const std::lock_guard lock(mutex_);
  if (host.pauses == 0) return;
  --host.pauses;
  host.node->resume();
}

// On the node's thread.
void InProcess::changed(Host& host, live::Node::State state) {
  const bool serves = state == live::Node::State::serving;
  {
    const std::lock_guard lock(mutex_);
    // One that was killed meanwhile is down, and its links know.
    if (serves && host.node->state() != state) return;
    host.serves = serves;
    woken_.notify_all();
    if (state == live::Node::State::starting) host.restarts = false;
    if (state == live::Node::State::down) proxy_->node_down(host.name);
    if (serves) proxy_->node_up(host.name);
  }
  if (serves) armory_.node_up(host.name, now());
}

plan::WriteDecision::Fate InProcess::meet_write(Host& host, const runtime::Batch& batch) {
  const std::uint32_t n = ++host.writes[{batch.subject, batch.write_class}];
  const auto armed = armory_.armed();
  if (armed->empty()) return plan::WriteDecision::Fate::pass;
  const plan::WriteDecision decision =
      plan::decide_write(*armed, host.name, batch.subject, batch.write_class, n);
  armory_.met_write(decision, host.name, batch.subject, now());
  if (!decision.hit.empty()) host.crash = decision.hit.front();
  return decision.fate;
}

void InProcess::heal_all() {
  for (const auto& host : hosts_) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(host->drains, false)) {
      host->node->cancel_drain();
      armory_.node_up(host->name, now());
    }
    if (!host->serves && !host->restarts) host->node->restart();
  }
  proxy_->release_held();
}

bool InProcess::quiet() const {
  const std::lock_guard lock(mutex_);
  return proxy_->quiet() && std::all_of(hosts_.begin(), hosts_.end(), [](const auto& host) {
           return host->listens() && host->node->in_flight() == 0;
         });
}

void InProcess::read_ledger(std::vector<record::LedgerRow>& rows) {
  for (const auto& host : hosts_) {
    if (!host->store) continue;
    const std::size_t before = rows.size();
    const auto read = host->store->read_ledger(host->ledger_read, rows);
    if (rows.size() > before) host->ledger_read = rows.back().lsn;
    if (!read && unreadable_.empty()) unreadable_ = read.error();
  }
}

void InProcess::finish(record::Record& record) {
  const TimePoint end = now();
  over_ = true;
  // Links first: what the end itself does to nodes is not on record.
  if (proxy_) proxy_->finish(record);
  if (client_) client_->stop();
  for (const auto& host : hosts_)
    if (host->node) host->node->stop();
  if (client_) client_->move_to(record);
  for (const auto& host : hosts_)
    if (host->node) host->node->move_to(record);
  {
    const std::lock_guard lock(events_mutex_);
    events_.move_to(record);
  }
  std::erase_if(record.events, [&](const record::Event& event) { return event.t > end; });
  read_ledger(record.ledger);
  for (const auto& host : hosts_) {
    const base::Duration slowest =
        host->store ? host->store->slowest_commit() : base::Duration::zero();
    if (slowest <= record.slowest_commit) continue;
    record.slowest_commit = slowest;
    record.slowest_disk = host->name;
  }
  record.faults = armory_.uses();
}

std::map<std::string, std::string> InProcess::addresses() const {
  std::map<std::string, std::string> addresses;
  for (const auto& host : hosts_) addresses.emplace(host->name, net::to_text(host->address));
  for (const auto& [name, outside] : setup_.outside)
    addresses.emplace(name, net::to_text({outside.host, outside.port}));
  for (const base::Link& link : setup_.target->links)
    if (!link.is_inner())
      addresses.emplace(base::to_text(link), net::to_text(proxy_->address(link)));
  return addresses;
}

void InProcess::emit(record::Event event) {
  const std::lock_guard lock(events_mutex_);
  events_.add(std::move(event));
}

}  // namespace seawall::worlds
