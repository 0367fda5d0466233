#include "harness/worlds/in_process.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "harness/worlds/readiness.hpp"

namespace seawall::worlds {

// A node with what it keeps over its incarnations. Its store outlives it.
struct InProcess::Host {
  std::string name;
  std::optional<net::ReservedPort> port;  // until the node has it
  std::unique_ptr<live::Store> store;
  std::optional<live::WatchedNotes> notes;  // where there is a board
  std::unique_ptr<live::Node> node;         // after its store and its notes
  std::uint64_t ledger_read = 0;            // lsn

  // Under the lock of the world.
  bool serves = false;
  bool restarts = false;  // by itself, later
  int pauses = 0;
  bool drains = false;
  // Whether it does what it is asked for: to end, say.
  bool listens() const { return serves && pauses == 0 && !drains; }

  Writes writes;
};

InProcess::InProcess(const runtime::WorldSetup& setup, live::BreakerBoard* board)
    : OverSockets(setup), board_(board) {}

// Links end first, so that nobody asks for the death of a node that is gone.
InProcess::~InProcess() {
  end_links();
  end_nodes();
}

void InProcess::end_nodes() {
  for (const auto& host : hosts_)
    if (host->node) host->node->stop();
}

base::expected<void, std::string> InProcess::start() {
  if (auto built = build(); !built) return built;
  for (const auto& host : hosts_) {
    host->node->start();
    if (auto ready = host->node->wait_until_serving(longest_start); !ready) return ready;
    await_news_of(*host);
    proxy_->node_up(host->name);
    proxy_->sync();  // the next one may call it
  }
  return start_client();
}

// The node serves a moment before it is known here, and a fault of it may be armed next.
void InProcess::await_news_of(const Host& host) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest_start, [&host] { return host.serves; });
}

base::expected<void, std::string> InProcess::build() {
  auto ports = reserve_nodes();
  if (!ports) return base::unexpected(ports.error());
  for (std::size_t i = 0; i < ports->size(); ++i) {
    auto host = std::make_unique<Host>();
    host->name = setup_.target->nodes[i].name;
    host->port = std::move((*ports)[i]);
    hosts_.push_back(std::move(host));
  }
  if (auto made = make_links(); !made) return made;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    Host& host = *hosts_[i];
    if (auto opened = open_store(host); !opened) return opened;
    live::Node::Setup setup = node_setup(host.name);
    setup.plan = setup_.target->nodes[i];
    setup.port = std::move(host.port);
    setup.store = host.store.get();
    setup.on_change = [this, &host](live::Node::State state) { changed(host, state); };
    if (board_) setup.notes = &host.notes.emplace(*board_);
    host.node = std::make_unique<live::Node>(std::move(setup));
  }
  return {};
}

base::expected<void, std::string> InProcess::open_store(Host& host) {
  live::Store::Aim aim;
  aim.decide = [this, &host](const runtime::Batch& batch) {
    return meet_write(host.writes, host.name, batch.subject, batch.write_class);
  };
  aim.die = [this, &host] { kill(host, host.writes.crash); };
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

void InProcess::crash(const std::string& node, std::uint16_t position) {
  kill(host_named(hosts_, node), position);
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

std::optional<bool> InProcess::strike(const plan::Armed& fault) {
  Host& host = host_named(hosts_, fault.fault->node);
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
    case plan::NodeEffect::lock:
      lock(host, fault.position);
      return std::nullopt;
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return false;
  }
  return false;
}

void InProcess::relieve(const plan::Armed& fault) {
  Host& host = host_named(hosts_, fault.fault->node);
  if (fault.node == plan::NodeEffect::pause) resume(host);
  if (fault.node == plan::NodeEffect::lock) unlock(host, fault.position);
  if (fault.node == plan::NodeEffect::clock_jump) host.node->jump(-fault.fault->jump.by);
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
    changed_.notify_all();
    if (state == live::Node::State::starting) host.restarts = false;
    if (state == live::Node::State::down) proxy_->node_down(host.name);
    if (serves) proxy_->node_up(host.name);
  }
  if (serves) armory_.node_up(host.name, now());
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
    if (!read) fail(read.error());
  }
}

void InProcess::record_nodes(record::Record& record) {
  for (const auto& host : hosts_) {
    if (host->node) host->node->move_to(record);
    if (host->notes) host->notes->move_to(record);
    const base::Duration slowest =
        host->store ? host->store->slowest_commit() : base::Duration::zero();
    if (slowest <= record.slowest_commit) continue;
    record.slowest_commit = slowest;
    record.slowest_disk = host->name;
  }
}

}  // namespace seawall::worlds
