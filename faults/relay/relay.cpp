#include "faults/relay/relay.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

#include "faults/relay/aside.hpp"
#include "faults/relay/connection.hpp"
#include "faults/relay/lane.hpp"
#include "faults/relay/listener.hpp"
#include "harness/base/assert.hpp"

namespace seawall::relay {

struct Relay::Parts {
  Parts(net::Loop::Clock c, Settings s) : clock(c), settings(std::move(s)) {
    base::require(settings.workers >= 1, "a relay has a worker");
    for (int i = 0; i < settings.workers; ++i) workers.push_back(std::make_unique<Worker>(clock));
  }

  const net::Loop::Clock clock;
  const Settings settings;
  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<std::size_t> links = 0;  // that were made so far
};

struct Link::Parts {
  Parts(Relay::Parts& r, Settings s)
      : relay(r), settings(std::move(s)), home(relay.links++ % relay.workers.size()) {
    const auto key = base::KeyedRandom(relay.settings.seed).with(settings.name);
    for (const auto& worker : relay.workers) {
      auto lane = std::make_unique<Lane>(*worker, lanes.size(), key, relay.settings.queue);
      lane->caller_tls = settings.caller_tls;
      lane->callee_tls = settings.callee_tls;
      lane->intercept = settings.intercept;
      lanes.push_back(std::move(lane));
    }
  }

  Lane& lane_of(std::uint64_t number) { return *lanes[number % lanes.size()]; }
  std::shared_ptr<FaultUse> use_of(const StreamFault& fault) const;
  void accepted(std::uint64_t number, Descriptor socket);
  void trouble(const std::string& reason, std::uint64_t times) const;
  void close_listener();  // under the lock, as the next one
  base::expected<void, StartError> listen();

  Relay::Parts& relay;
  Settings settings;
  const std::size_t home;                    // the worker that accepts
  std::vector<std::unique_ptr<Lane>> lanes;  // one for each worker
  Lane::Count numbered = 0;                  // of the home's thread

  mutable std::mutex mutex;  // of whoever calls the link, and of all below
  bool started = false;
  Admission admission = Admission::open;
  std::unique_ptr<Listener> listener;  // null where it is not started, or refuses
  std::uint64_t hung_connects = 0;     // of the listeners before it
  std::shared_ptr<const Snapshot> snapshot = std::make_shared<Snapshot>();
};

std::shared_ptr<FaultUse> Link::Parts::use_of(const StreamFault& fault) const {
  for (std::size_t i = 0; i < snapshot->faults.size(); ++i) {
    const StreamFault& before = snapshot->faults[i];
    if (before.name == fault.name && before.direction == fault.direction) return snapshot->uses[i];
  }
  return std::make_shared<FaultUse>();
}

void Link::Parts::accepted(std::uint64_t number, Descriptor socket) {
  add(numbered, 1);
  Lane& lane = lane_of(number);
  auto connection =
      std::make_shared<Connection>(lane, std::move(socket), number, settings.upstream);
  const auto begin = [&lane, number, connection] {
    lane.connections.emplace(number, connection);
    connection->start();
  };
  if (&lane.worker == relay.workers[home].get())
    begin();
  else
    lane.worker.loop.post(begin);
}

void Link::Parts::trouble(const std::string& reason, std::uint64_t times) const {
  if (!relay.settings.tell) return;
  relay.settings.tell(reason.empty() ? settings.name + " accepts connections again, after " +
                                           std::to_string(times) + " times that it could not"
                                     : settings.name + " cannot accept connections: " + reason +
                                           "; those that wait are taken when it can");
}

Link::Link(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Link::~Link() { stop(); }

base::expected<void, StartError> Link::start() {
  const std::lock_guard lock(parts_->mutex);
  if (parts_->started) return {};
  return parts_->listen();
}

base::expected<void, StartError> Link::admit(Admission admission) {
  const std::lock_guard lock(parts_->mutex);
  parts_->admission = admission;
  return parts_->started ? parts_->listen() : base::expected<void, StartError>();
}

// As its admission says.
base::expected<void, StartError> Link::Parts::listen() {
  Worker& worker = *relay.workers[home];
  if (!listener) {
    const auto at = resolve_listen(settings.listen);
    if (!at) return base::unexpected(at.error());
    Listener::Events events;
    events.accepted = [this](std::uint64_t number, Descriptor socket) {
      accepted(number, std::move(socket));
    };
    events.trouble = [this](const std::string& reason, std::uint64_t times) {
      trouble(reason, times);
    };
    auto made = std::make_unique<Listener>(worker, std::move(events));
    base::expected<Endpoint, StartError> bound;
    worker.run([&] { bound = made->open(*at, numbered); });
    if (!bound) return base::unexpected(bound.error());
    settings.listen = *bound;
    listener = std::move(made);
  }
  started = true;
  if (admission == Admission::refused)
    close_listener();
  else
    worker.run([this] { listener->hang(admission == Admission::hanging); });
  return {};
}

void Link::Parts::close_listener() {
  if (!listener) return;
  relay.workers[home]->run([this] {
    hung_connects += listener->hung_connects();
    listener->close();
  });
  listener.reset();
}

void Link::stop() {
  Parts& parts = *parts_;
  const std::lock_guard lock(parts.mutex);
  if (!std::exchange(parts.started, false)) return;
  parts.close_listener();
  for (const auto& lane : parts.lanes)
    lane->worker.run([&lane] {
      const auto connections = lane->connections;  // each leaves it
      for (const auto& [number, connection] : connections) connection->close(net::Close::fin);
      lane->due_asides.clear();
      const auto asides = lane->asides;
      for (const auto& [number, aside] : asides) aside->close();
    });
}

bool Link::started() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->started;
}

Endpoint Link::listen() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->settings.listen;
}

void Link::set_faults(std::vector<StreamFault> faults) {
  Parts& parts = *parts_;
  const std::lock_guard lock(parts.mutex);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->faults = std::move(faults);
  const std::vector<StreamFault>& before = parts.snapshot->faults;
  for (std::size_t i = 0; i < snapshot->faults.size(); ++i) {
    const StreamFault& fault = snapshot->faults[i];
    snapshot->uses.push_back(parts.use_of(fault));
    snapshot->fresh.push_back(std::find(before.begin(), before.end(), fault) == before.end());
    if (!fault.effect.shared_rate || fault.effect.rate.value_or(0) == 0) continue;
    // One that stays goes on with what it has given away already.
    const auto same = std::find(before.begin(), before.end(), fault);
    auto& pacer = snapshot->shared[i];
    if (same != before.end())
      pacer = parts.snapshot->shared.at(static_cast<std::size_t>(same - before.begin()));
    else
      pacer = std::make_shared<Pacer>(*fault.effect.rate, parts.relay.clock());
  }
  parts.snapshot = snapshot;
  for (const auto& lane : parts.lanes)
    lane->worker.run([&lane, &snapshot] {
      lane->snapshot = snapshot;
      const auto connections = lane->connections;  // one that ends leaves it
      for (const auto& [number, connection] : connections) connection->faults_changed();
    });
}

std::vector<Link::Hits> Link::hits() const {
  const std::lock_guard lock(parts_->mutex);
  std::vector<Hits> hits;
  for (const auto& use : parts_->snapshot->uses) hits.push_back({use->came, use->acted});
  return hits;
}

// A connection is of one worker, whose order stays.
std::vector<Draw> Link::draws() const {
  const std::lock_guard lock(parts_->mutex);
  std::vector<Draw> all;
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&] {
      const auto& some = lane->draws.draws();
      all.insert(all.end(), some.begin(), some.end());
    });
  std::stable_sort(all.begin(), all.end(),
                   [](const Draw& a, const Draw& b) { return a.connection < b.connection; });
  if (all.size() > DrawLog::most)
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(DrawLog::most));
  return all;
}

void Link::nudge() {
  const std::lock_guard lock(parts_->mutex);
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&lane] {
      const auto connections = lane->connections;  // one that ends leaves it
      for (const auto& [number, connection] : connections) connection->nudge();
    });
}

void Link::reset_connections() {
  const std::lock_guard lock(parts_->mutex);
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&lane] {
      const auto connections = lane->connections;  // each leaves it
      for (const auto& [number, connection] : connections) connection->close(net::Close::reset);
    });
}

void Link::hurry_asides() {
  const std::lock_guard lock(parts_->mutex);
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&lane] {
      std::vector<std::shared_ptr<Aside>> asides;  // one that fails leaves the lane
      for (const auto& [number, aside] : lane->asides) asides.push_back(aside);
      std::stable_sort(asides.begin(), asides.end(),
                       [](const auto& a, const auto& b) { return a->comes_before(*b); });
      for (const auto& aside : asides) aside->hurry();
    });
}

void Link::hold_asides() {
  const std::lock_guard lock(parts_->mutex);
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&lane] {
      for (const auto& [number, aside] : lane->asides) aside->hold();
    });
}

Counters Link::counters() const {
  Counters sum;
  sum.accepted = parts_->numbered;
  for (const auto& lane : parts_->lanes) {
    sum.up.received_bytes += lane->up.received;
    sum.up.sent_bytes += lane->up.sent;
    sum.down.received_bytes += lane->down.received;
    sum.down.sent_bytes += lane->down.sent;
    sum.open += lane->open;
    sum.unreachable += lane->unreachable;
    sum.refused += lane->refused;
    sum.distrusted += lane->distrusted;
  }
  return sum;
}

std::uint64_t Link::hung_connects() const {
  const std::lock_guard lock(parts_->mutex);
  std::uint64_t count = parts_->hung_connects;
  if (parts_->listener)
    parts_->relay.workers[parts_->home]->run([&] { count += parts_->listener->hung_connects(); });
  return count;
}

std::optional<stats::Histogram> Link::injection_error() const {
  std::optional<stats::Histogram> sum;
  for (const auto& lane : parts_->lanes)
    lane->worker.run([&] {
      if (!lane->injection_error) return;
      if (sum)
        sum->merge(*lane->injection_error);
      else
        sum = lane->injection_error;
    });
  return sum;
}

Relay::Relay(net::Loop::Clock c, Settings settings)
    : parts_(std::make_unique<Parts>(c, std::move(settings))) {}

Relay::~Relay() = default;

std::size_t Relay::workers() const { return parts_->workers.size(); }

net::Loop::Clock Relay::clock() const { return parts_->clock; }

net::Loop& Relay::loop(std::size_t worker) { return parts_->workers.at(worker)->loop; }

std::unique_ptr<Link> Relay::add(Link::Settings settings) {
  auto parts = std::make_unique<Link::Parts>(*parts_, std::move(settings));
  return std::unique_ptr<Link>(new Link(std::move(parts)));
}

}  // namespace seawall::relay
