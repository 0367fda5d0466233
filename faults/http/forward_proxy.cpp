#include "faults/http/forward_proxy.hpp"

#include <mutex>
#include <utility>

#include "faults/http/forward_connection.hpp"
#include "faults/relay/listener.hpp"

namespace seawall::http {

struct ForwardProxy::Parts {
  Parts(net::Loop::Clock clock, Settings s) : settings(std::move(s)), worker(clock), desk(worker) {
    desk.may_pass = settings.may_pass;
  }

  void accepted(std::uint64_t number, relay::Descriptor socket) {
    ++numbered;
    const auto connection = std::make_shared<ForwardConnection>(desk, number, std::move(socket));
    desk.connections.emplace(number, connection);
    connection->start();
  }
  void trouble(const std::string& reason, std::uint64_t times) const {
    if (!settings.tell) return;
    settings.tell("the forward proxy of " + settings.caller +
                  (reason.empty() ? " accepts connections again, after " + std::to_string(times) +
                                        " times that it could not"
                                  : " cannot accept connections: " + reason +
                                        "; those that wait are taken when it can"));
  }

  Settings settings;
  relay::Worker worker;
  ForwardDesk desk;  // of the worker's thread
  std::atomic<std::uint64_t> numbered = 0;
  mutable std::mutex mutex;  // of whoever calls, and of all below
  std::unique_ptr<relay::Listener> listener;
};

ForwardProxy::ForwardProxy(net::Loop::Clock clock, Settings settings)
    : parts_(std::make_unique<Parts>(clock, std::move(settings))) {}

ForwardProxy::~ForwardProxy() {
  Parts& parts = *parts_;
  parts.worker.run([&parts] {
    if (parts.listener) parts.listener->close();
    const auto connections = parts.desk.connections;  // each leaves it
    for (const auto& [number, connection] : connections) connection->close(net::Close::fin);
  });
  // What they have posted of themselves goes before the desk does.
  parts.worker.run([] {});
}

base::expected<void, relay::StartError> ForwardProxy::start() {
  Parts& parts = *parts_;
  const std::lock_guard lock(parts.mutex);
  if (parts.listener) return {};
  const auto at = relay::resolve_listen(parts.settings.listen);
  if (!at) return base::unexpected(at.error());
  relay::Listener::Events events;
  events.accepted = [&parts](std::uint64_t number, relay::Descriptor socket) {
    parts.accepted(number, std::move(socket));
  };
  events.trouble = [&parts](const std::string& reason, std::uint64_t times) {
    parts.trouble(reason, times);
  };
  auto listener = std::make_unique<relay::Listener>(parts.worker, std::move(events));
  base::expected<relay::Endpoint, relay::StartError> bound;
  parts.worker.run([&] { bound = listener->open(*at, 0); });
  if (!bound) return base::unexpected(bound.error());
  parts.settings.listen = *bound;
  parts.listener = std::move(listener);
  return {};
}

relay::Endpoint ForwardProxy::listen() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->settings.listen;
}

void ForwardProxy::set_routes(ForwardRoutes routes) {
  const auto shared = std::make_shared<const ForwardRoutes>(std::move(routes));
  parts_->worker.run([this, &shared] { parts_->desk.routes = shared; });
}

ForwardProxy::Counters ForwardProxy::counters() const {
  const ForwardDesk& desk = parts_->desk;
  return {parts_->numbered, desk.open, desk.requests, desk.tunnels, desk.refused};
}

std::vector<std::string> ForwardProxy::strangers() const {
  std::vector<std::string> names;
  parts_->worker.run(
      [&] { names.assign(parts_->desk.strangers.begin(), parts_->desk.strangers.end()); });
  return names;
}

}  // namespace seawall::http
