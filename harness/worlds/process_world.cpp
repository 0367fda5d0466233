#include "harness/worlds/process_world.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/live/clock.hpp"

namespace seawall::worlds {

ProcessWorld::ProcessWorld(const runtime::WorldSetup& setup)
    : OverSockets(setup),
      loop_(live::steady_now),
      supervisor_(setup.programs.shim),
      thread_([this] { loop_.run(); }) {}

bool ProcessWorld::end_launching() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  if (!thread_.joinable()) return false;
  loop_.stop();
  thread_.join();
  return true;
}

base::expected<void, std::string> ProcessWorld::launch(Host& host) {
  host.end_waiting();
  {
    const std::lock_guard lock(mutex_);
    ++host.incarnations;
    host.alive = true;
    host.is_gone = false;
    host.restarts = false;
    host.wanted = false;
    host.restart_after.reset();
  }
  auto launched = host.launch();
  const std::lock_guard lock(mutex_);
  if (!launched) {
    host.alive = false;
    host.is_gone = true;
  } else if (!host.alive || over_) {
    host.kill();
  } else if (host.pauses > 0) {
    host.signal(SIGSTOP);
  }
  return launched;
}

void ProcessWorld::launch_again(Host& host) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || host.alive || !host.is_gone) return;
  }
  if (auto launched = launch(host); !launched) fail(launched.error());
}

void ProcessWorld::serves(Host& host) {
  {
    const std::lock_guard lock(mutex_);
    if (!host.alive) return;  // it was killed meanwhile, and its links know
    host.serves = true;
    proxy_->node_up(host.name);
  }
  changed_.notify_all();
  armory_.node_up(host.name, now());
}

// On the loop's thread. What it said before its end is heard first: which fault it died of, say.
void ProcessWorld::gone(Host& host) {
  host.hear_out();
  std::string why;
  {
    const std::lock_guard lock(mutex_);
    host.is_gone = true;
    if (over_) return;
    if (host.alive) {
      mark_dead_locked(host);
      why = "a service ended though no fault had killed it: " + host.story();
    }
    if (host.restart_after)
      loop_.at(std::max(host.died + *host.restart_after, loop_.now()),
               [this, &host] { launch_again(host); });
    if (host.wanted) loop_.post([this, &host] { launch_again(host); });
  }
  if (!why.empty()) fail(std::move(why));
}

void ProcessWorld::crash(const std::string& node, std::uint16_t position) {
  kill(host_named(hosts_, node), position);
}

std::optional<bool> ProcessWorld::strike(const plan::Armed& fault) {
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
    case plan::NodeEffect::lock:
    case plan::NodeEffect::disk_error:
    case plan::NodeEffect::none:
      return false;
  }
  return false;
}

void ProcessWorld::relieve(const plan::Armed& fault) {
  if (fault.node == plan::NodeEffect::pause) resume(host_named(hosts_, fault.fault->node));
}

bool ProcessWorld::kill(Host& host, std::uint16_t position) {
  const std::lock_guard lock(mutex_);
  return kill_locked(host, position);
}

bool ProcessWorld::kill_locked(Host& host, std::uint16_t position) {
  if (!host.alive) return false;
  host.kill();
  mark_dead_locked(host);
  host.restart_after = armory_.at(position).fault->restart;
  host.restarts = host.restart_after.has_value();
  armory_.node_down(position, host.name);
  return true;
}

void ProcessWorld::mark_dead_locked(Host& host) {
  host.alive = false;
  host.serves = false;
  host.pauses = 0;
  host.drains = false;
  host.died = now();
  tell(host, "down");
  proxy_->node_down(host.name);
  changed_.notify_all();
}

void ProcessWorld::drain(Host& host, const plan::Armed& fault) {
  const std::lock_guard lock(mutex_);
  if (!host.listens()) return;
  host.drains = true;
  host.drained_by = fault.position;
  host.drain(fault.fault->drain);
  armory_.node_down(fault.position, host.name);
}

void ProcessWorld::end_drain(Host& host) {
  const std::lock_guard lock(mutex_);
  const std::uint16_t position = host.drained_by;
  if (host.drains && kill_locked(host, position)) armory_.drained(position, host.name, now());
}

bool ProcessWorld::pause(Host& host) {
  const std::lock_guard lock(mutex_);
  if (!host.alive || host.drains) return false;
  if (++host.pauses > 1) return true;
  tell(host, "paused");
  host.signal(SIGSTOP);  // one that is being launched stops when it is there
  return true;
}

void ProcessWorld::resume(Host& host) {
  const std::lock_guard lock(mutex_);
  if (host.pauses == 0 || --host.pauses > 0) return;
  host.signal(SIGCONT);
  tell(host, "resumed");
}

void ProcessWorld::heal_all() {
  for (const auto& host : hosts_) {
    const std::lock_guard lock(mutex_);
    if (host->drains && host->serve_on()) {
      host->drains = false;
      armory_.node_up(host->name, now());
    }
    if ((host->alive && !host->drains) || host->restarts) continue;
    host->wanted = true;
    if (host->is_gone) loop_.post([this, &host = *host] { launch_again(host); });
  }
  proxy_->release_held();
}

bool ProcessWorld::quiet() const {
  const std::lock_guard lock(mutex_);
  // In this order: what a host has told by now, the links may have yet to note.
  return std::all_of(hosts_.begin(), hosts_.end(),
                     [](const auto& host) { return host->listens() && host->idle(); }) &&
         proxy_->quiet();
}

void ProcessWorld::tell(const Host& host, std::string what) {
  record::Event event;
  event.t = now();
  event.kind = record::Event::Kind::node;
  event.where = host.name;
  event.what = std::move(what);
  event.value = host.incarnations;
  emit(std::move(event));
}

}  // namespace seawall::worlds
