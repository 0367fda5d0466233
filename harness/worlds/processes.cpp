#include "harness/worlds/processes.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"
#include "harness/os/limits.hpp"
#include "harness/runtime/fault_books.hpp"

namespace seawall::worlds {

namespace {
constexpr base::Duration longest_start = std::chrono::seconds(60);
constexpr base::Duration longest_end = std::chrono::seconds(10);
constexpr base::Duration longest_obeying = std::chrono::seconds(5);
}  // namespace

// A node with what it keeps over its processes.
struct Processes::Host {
  std::string name;
  net::Address address;
  std::optional<net::ReservedPort> port;  // for all of the run: it listens beside it

  // Under the lock of the world.
  bool alive = false;  // launched, and neither killed nor ended
  bool gone = true;    // nothing is left of the process
  bool serves = false;
  bool restarts = false;  // by itself, later
  bool wanted = false;    // to be started as soon as it is gone
  int pauses = 0;
  bool drains = false;
  std::uint16_t drained_by = 0;
  TimePoint died{};
  std::optional<base::Duration> restart_after;
  std::int64_t incarnations = 0;
  base::Duration wall_offset{};
  std::vector<std::uint16_t> locks;   // faults that hold the lock of its store
  std::vector<std::uint16_t> held;    // of them, those that its process knows of
  std::vector<std::uint16_t> waited;  // and those that a write has waited for
  bool holds(std::uint16_t lock) const {
    return std::find(held.begin(), held.end(), lock) != held.end();
  }
  // Whether it does what it is asked for: to end, say.
  bool listens() const { return serves && pauses == 0 && !drains; }

  // Of the thread on which its words are heard.
  std::map<std::tuple<base::Subject, std::string>, std::uint32_t> writes;  // by class
  std::uint16_t crash = 0;  // the fault that struck at a write

  std::unique_ptr<NodeProcess> process;  // last: its words come to all of the above
};

Processes::Processes(const runtime::WorldSetup& setup)
    : setup_(setup),
      armory_(
          setup.faults, [this](record::Event event) { emit(std::move(event)); },
          [this] { interrupt(); }),
      loop_(live::steady_now),
      supervisor_(setup.programs.shim),
      thread_([this] { loop_.run(); }) {}

// Links end first, so that nobody asks for the death of a node that is gone.
Processes::~Processes() {
  if (proxy_) proxy_->stop();
  if (client_) client_->stop();
  end_processes();
}

base::expected<void, std::string> Processes::start() {
  os::raise_descriptor_limit();
  if (auto built = build(); !built) return built;
  for (const auto& host : hosts_) supervisor_.add(host->process->spec());
  auto started = supervisor_.start(
      [this](Supervised& service) {
        Host& host = host_named(service.spec().name);
        host.process->use(service);
        return launch(host);
      },
      [this](Supervised& service) { await_serving(host_named(service.spec().name)); });
  if (!started) return started;
  for (const auto& [name, outside] : setup_.outside) proxy_->node_up(name);
  proxy_->sync();
  client_->start();
  return client_->wait_until_serving(longest_start);
}

base::expected<void, std::string> Processes::build() {
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
  for (const auto& host : hosts_)
    if (auto made = make_process(*host); !made) return made;

  live::Node::Setup client;
  client.name = "client";
  client.seed = setup_.seed;
  for (const base::Link& link : setup_.target->links)
    if (link.from == client.name) client.callees.emplace(link.to, proxy_->address(link));
  for (const auto& [callee, outside] : setup_.outside)
    client.authorities.emplace(callee, outside.authority.empty()
                                           ? net::to_text({outside.host, outside.port})
                                           : outside.authority);
  client.not_sent = [this](const std::string& callee, const model::Request& request,
                           model::Failure failure, TimePoint began) {
    proxy_->not_sent({"client", callee}, request, failure, began);
  };
  client_ = std::make_unique<live::Node>(std::move(client));
  return {};
}

base::expected<void, std::string> Processes::make_process(Host& host) {
  NodeProcess::Setup setup;
  setup.name = host.name;
  setup.command = setup_.programs.serve;
  setup.folder = setup_.dir;
  setup.serve.seed = setup_.seed;
  setup.serve.port = host.address.port;
  setup.serve.driven = true;
  setup.serve.asks =
      std::any_of(setup_.faults.begin(), setup_.faults.end(), [&](const plan::Armed& fault) {
        return runtime::aims_at_writes_of(*fault.fault, host.name);
      });
  for (const base::Link& link : setup_.target->links)
    if (link.from == host.name) setup.serve.callees.emplace(link.to, proxy_->address(link));
  setup.on_word = [this, &host](const Word& word) { heard(host, word); };
  setup.on_gone = [this, &host](const os::End&) { loop_.post([this, &host] { gone(host); }); };
  auto process = NodeProcess::make(std::move(setup));
  if (!process) return base::unexpected(process.error());
  host.process = std::move(*process);
  return {};
}

// Whoever kills or pauses it while it is being launched finds it alive, and that is done when it is
// there.
base::expected<void, std::string> Processes::launch(Host& host) {
  std::vector<Order> before;
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint16_t position : host.locks) before.push_back({Order::Kind::lock, position});
    before.push_back({Order::Kind::begin, host.incarnations++, host.wall_offset});
    host.alive = true;
    host.gone = false;
    host.restarts = false;
    host.wanted = false;
    host.restart_after.reset();
    host.held.clear();
  }
  auto launched = host.process->launch(before);
  const std::lock_guard lock(mutex_);
  if (!launched) {
    host.alive = false;
    host.gone = true;
  } else if (!host.alive || over_) {
    host.process->kill();
  } else if (host.pauses > 0) {
    host.process->signal(SIGSTOP);
  }
  return launched;
}

// The next one may call it.
void Processes::await_serving(Host& host) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest_start, [&] { return host.serves || !host.alive; });
  }
  proxy_->sync();
}

void Processes::launch_again(Host& host) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || host.alive || !host.gone) return;
  }
  if (auto launched = launch(host); !launched) fail(launched.error());
}

Processes::Host& Processes::host_named(const std::string& name) {
  const auto at = std::find_if(hosts_.begin(), hosts_.end(),
                               [&](const auto& host) { return host->name == name; });
  base::require(at != hosts_.end(), "links and faults name nodes of the target");
  return **at;
}

TimePoint Processes::now() const { return live::steady_now(); }

void Processes::advance(TimePoint until) {
  const std::chrono::steady_clock::time_point limit(until.time_since_epoch());
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, limit, [this] { return interrupted_; });
  interrupted_ = false;
}

void Processes::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  changed_.notify_all();
}

void Processes::drive(std::function<runtime::Task<>(runtime::Env&)> make) {
  client_->drive(std::move(make));
}

runtime::Lease Processes::arm(std::uint16_t position) {
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

void Processes::disarm(std::uint16_t position) {
  {
    const std::lock_guard lock(mutex_);
    if (over_) return;
  }
  armory_.disarm(position, now());
  const plan::Armed& fault = armory_.at(position);
  switch (fault.node) {
    case plan::NodeEffect::pause:
      return resume(host_named(fault.fault->node));
    case plan::NodeEffect::lock:
      return unlock(host_named(fault.fault->node), position);
    case plan::NodeEffect::clock_jump:
      jump(host_named(fault.fault->node), -fault.fault->jump.by);
      return;
    case plan::NodeEffect::crash:
    case plan::NodeEffect::restart:
    case plan::NodeEffect::none:
      return proxy_->faults_changed();
  }
}

bool Processes::strike(const plan::Armed& fault, Host& host) {
  switch (fault.node) {
    case plan::NodeEffect::crash:
      return kill(host, fault.position);
    case plan::NodeEffect::pause:
      return pause(host);
    case plan::NodeEffect::restart:
      drain(host, fault);
      return false;  // it strikes later
    case plan::NodeEffect::clock_jump:
      return jump(host, fault.fault->jump.by);
    case plan::NodeEffect::lock:
    case plan::NodeEffect::none:
      return false;
  }
  return false;
}

bool Processes::kill(Host& host, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  return kill_locked(host, position);
}

bool Processes::kill_locked(Host& host, std::uint16_t position) {
  if (!host.alive) return false;
  host.process->kill();
  mark_dead_locked(host);
  host.restart_after = armory_.at(position).fault->restart;
  host.restarts = host.restart_after.has_value();
  armory_.node_down(position, host.name);
  return true;
}

void Processes::mark_dead_locked(Host& host) {
  host.alive = false;
  host.serves = false;
  host.pauses = 0;
  host.drains = false;
  host.died = now();
  tell(host, "down");
  proxy_->node_down(host.name);
  changed_.notify_all();
}

bool Processes::jump(Host& host, base::Duration by) {
  const std::lock_guard lock(mutex_);
  host.wall_offset += by;
  return host.alive && host.process->order({Order::Kind::jump, 0, by});
}

void Processes::drain(Host& host, const plan::Armed& fault) {
  const std::lock_guard lock(mutex_);
  if (!host.listens()) return;
  host.drains = true;
  host.drained_by = fault.position;
  host.process->order({Order::Kind::drain, 0, fault.fault->drain});
  armory_.node_down(fault.position, host.name);
}

// Somebody else may have killed it meanwhile, or it was told to serve on.
void Processes::end_drain(Host& host) {
  const std::lock_guard lock(mutex_);
  const std::uint16_t position = host.drained_by;
  if (host.drains && kill_locked(host, position)) armory_.drained(position, host.name, now());
}

bool Processes::pause(Host& host) {
  const std::lock_guard lock(mutex_);
  if (!host.alive || host.drains) return false;
  if (++host.pauses > 1) return true;
  tell(host, "paused");
  host.process->signal(SIGSTOP);  // one that is being launched stops when it is there
  return true;
}

void Processes::resume(Host& host) {
  const std::lock_guard lock(mutex_);
  if (host.pauses == 0 || --host.pauses > 0) return;
  host.process->signal(SIGCONT);
  tell(host, "resumed");
}

// Whoever writes from now on meets it: so those that can are waited for.
void Processes::lock(Host& host, std::uint16_t position) {
  std::vector<Host*> asked;
  for_each_sharing(host, [&](Host& other) {
    other.locks.push_back(position);
    other.process->order({Order::Kind::lock, position});
    asked.push_back(&other);
  });
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest_obeying, [&] {
    return std::all_of(asked.begin(), asked.end(), [&](const Host* one) {
      return !one->alive || one->pauses > 0 || one->holds(position);
    });
  });
}

void Processes::unlock(Host& host, std::uint16_t position) {
  for_each_sharing(host, [position](Host& other) {
    std::erase(other.locks, position);
    std::erase(other.held, position);
    std::erase(other.waited, position);
    other.process->order({Order::Kind::unlock, position});
  });
}

void Processes::for_each_sharing(Host& host, const std::function<void(Host&)>& action) {
  const std::lock_guard lock(mutex_);
  for (const auto& other : hosts_)
    if (other.get() == &host || setup_.target->one_database) action(*other);
}

void Processes::heard(Host& host, const Word& word) {
  switch (word.kind) {
    case Word::Kind::serving:
      return serves(host);
    case Word::Kind::failed:
      return fail(word.text);
    case Word::Kind::locked:
      return locked(host, static_cast<std::uint16_t>(word.number));
    case Word::Kind::waits:
      return waits(host, static_cast<std::uint16_t>(word.number));
    case Word::Kind::write: {
      Order order;
      order.kind = Order::Kind::fate;
      order.fate = meet_write(host, word);
      host.process->order(order);
      return;
    }
    case Word::Kind::dies:
      kill(host, host.crash);
      return;
    case Word::Kind::drained:
      return end_drain(host);
    case Word::Kind::not_sent:
      if (word.call)
        proxy_->not_sent({host.name, word.call->callee}, request_of(*word.call), word.call->failure,
                         word.call->began);
  }
}

void Processes::serves(Host& host) {
  {
    const std::lock_guard lock(mutex_);
    if (!host.alive) return;  // it was killed meanwhile, and its links know
    host.serves = true;
    proxy_->node_up(host.name);
  }
  changed_.notify_all();
  armory_.node_up(host.name, now());
}

void Processes::locked(Host& host, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  host.held.push_back(position);
  changed_.notify_all();
}

// It meets a node with the first write that waits for it, in whatever incarnation.
void Processes::waits(Host& host, std::uint16_t position) {
  {
    const std::lock_guard lock(mutex_);
    const auto& waited = host.waited;
    if (std::find(waited.begin(), waited.end(), position) != waited.end()) return;
    host.waited.push_back(position);
  }
  armory_.met_node(position, host.name, true, now());
}

plan::WriteDecision::Fate Processes::meet_write(Host& host, const Word& word) {
  const std::uint32_t n = ++host.writes[{word.subject, word.text}];
  const auto armed = armory_.armed();
  if (armed->empty()) return plan::WriteDecision::Fate::pass;
  const plan::WriteDecision decision =
      plan::decide_write(*armed, host.name, word.subject, word.text, n);
  armory_.met_write(decision, host.name, word.subject, now());
  if (!decision.hit.empty()) host.crash = decision.hit.front();
  return decision.fate;
}

// On the loop's thread. What it said before its end is heard first: which fault it died of, say.
void Processes::gone(Host& host) {
  host.process->hear_out();
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    host.gone = true;
    host.process->book().figures().in_flight = 0;
    if (over_) return;
    if (host.alive) {
      mark_dead_locked(host);
      why = "a service ended though no fault had killed it: " + host.process->story();
    }
    if (host.restart_after)
      loop_.at(std::max(host.died + *host.restart_after, loop_.now()),
               [this, &host] { launch_again(host); });
    if (host.wanted) loop_.post([this, &host] { launch_again(host); });
  }
  if (!why.empty()) fail(std::move(why));
}

void Processes::heal_all() {
  for (const auto& host : hosts_) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(host->drains, false)) {
      host->process->order({Order::Kind::serve_on});
      armory_.node_up(host->name, now());
    }
    if (host->alive || host->restarts) continue;
    host->wanted = true;
    if (host->gone) loop_.post([this, &host = *host] { launch_again(host); });
  }
  proxy_->release_held();
}

bool Processes::quiet() const {
  const std::lock_guard lock(mutex_);
  return proxy_->quiet() && std::all_of(hosts_.begin(), hosts_.end(), [](const auto& host) {
           return host->listens() && host->process->book().figures().in_flight == 0;
         });
}

void Processes::read_ledger(std::vector<record::LedgerRow>& rows) {
  for (const auto& host : hosts_) {
    if (!host->process || host->incarnations == 0) continue;
    if (const auto read = host->process->read_ledger(rows); !read) fail(read.error());
  }
}

void Processes::finish(record::Record& record) {
  const TimePoint end = now();
  // Links first: what the end itself does to nodes is not on record.
  if (proxy_) proxy_->finish(record);
  if (client_) client_->stop();
  end_processes();
  if (client_) client_->move_to(record);
  for (const auto& host : hosts_) {
    if (!host->process) continue;
    if (const auto read = host->process->book().read(record); !read) fail(read.error());
    const base::Duration slowest(host->process->book().figures().slowest_commit.load());
    if (slowest <= record.slowest_commit) continue;
    record.slowest_commit = slowest;
    record.slowest_disk = host->name;
  }
  {
    const std::lock_guard lock(events_mutex_);
    events_.move_to(record);
  }
  std::erase_if(record.events, [&](const record::Event& event) { return event.t > end; });
  read_ledger(record.ledger);
  record.faults = armory_.uses();
}

// Nothing starts any more; what stands still goes on, and all write down what there is and end.
void Processes::end_processes() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
  for (const auto& host : hosts_) {
    if (!host->process) continue;
    host->process->signal(SIGCONT);
    host->process->order({Order::Kind::end});
  }
  for (const auto& host : hosts_)
    if (host->process) host->process->wait_until_gone(longest_end);
}

std::string Processes::failure() const {
  const std::lock_guard lock(events_mutex_);
  return failure_;
}

std::map<std::string, std::string> Processes::addresses() const {
  std::map<std::string, std::string> addresses;
  for (const auto& host : hosts_) addresses.emplace(host->name, net::to_text(host->address));
  for (const base::Link& link : setup_.target->links)
    if (!link.is_inner())
      addresses.emplace(base::to_text(link), net::to_text(proxy_->address(link)));
  return addresses;
}

void Processes::tell(const Host& host, std::string what) {
  record::Event event;
  event.t = now();
  event.kind = record::Event::Kind::node;
  event.where = host.name;
  event.what = std::move(what);
  event.value = host.incarnations;
  emit(std::move(event));
}

// The first reason stays.
void Processes::fail(std::string why) {
  const std::lock_guard lock(events_mutex_);
  if (failure_.empty()) failure_ = std::move(why);
}

void Processes::emit(record::Event event) {
  const std::lock_guard lock(events_mutex_);
  events_.add(std::move(event));
}

}  // namespace seawall::worlds
