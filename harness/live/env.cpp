#include "harness/live/env.hpp"

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"

namespace seawall::live {

NodeEnv::NodeEnv(const Surroundings& surroundings, runtime::Scope& frames)
    : around_(surroundings), frames_(frames) {}

NodeEnv::~NodeEnv() {
  base::require(pending_.empty(), "the frames of an incarnation end before its Env");
}

runtime::TimePoint NodeEnv::now() const { return around_.loop.now(); }
runtime::WallTime NodeEnv::wall() const { return wall_now() + around_.wall_offset.load(); }
std::uint64_t NodeEnv::seed() const { return around_.seed; }

std::uint64_t NodeEnv::add(runtime::Operation& operation, Pending pending) {
  operation.ticket = ++around_.last_ticket;
  pending_.emplace(operation.ticket, pending);
  return operation.ticket;
}

void NodeEnv::start(runtime::Sleep& sleep) {
  if (doomed()) return;
  const std::uint64_t ticket = add(sleep, Sleeping{&sleep, {}});
  std::get<Sleeping>(pending_.at(ticket)).timer =
      around_.loop.at(sleep.until, [this, ticket] { wake(ticket); });
}

void NodeEnv::start(runtime::Call& call) {
  if (doomed()) return;
  net::HttpClient& client = client_of(call.to);
  const base::TimePoint deadline = call.request.deadline;
  const bool in_time = deadline == base::TimePoint{} || now() < deadline;
  const std::uint64_t ticket = add(call, Calling{&call, &client, in_time, 0, now()});
  std::get<Calling>(pending_.at(ticket)).sent = client.send(
      call.request,
      [this, ticket](net::HttpClient::Result result) { answer(ticket, std::move(result)); });
}

void NodeEnv::start(runtime::Read& read) {
  if (doomed()) return;
  base::require(around_.store != nullptr, "a node that reads has a store");
  const std::uint64_t ticket = add(read, &read);
  around_.store->read(ticket, std::move(read.key));
}

void NodeEnv::start(runtime::Scan& scan) {
  if (doomed()) return;
  base::require(around_.store != nullptr, "a node that scans has a store");
  const std::uint64_t ticket = add(scan, &scan);
  around_.store->scan(ticket, std::move(scan.prefix));
}

void NodeEnv::start(runtime::Write& write) {
  if (doomed()) return;
  base::require(around_.store != nullptr, "a node that writes has a store");
  const std::uint64_t ticket = add(write, &write);
  around_.store->write(ticket, std::move(write.batch), now());
}

void NodeEnv::withdraw(runtime::Operation& operation) noexcept {
  const auto found = pending_.find(operation.ticket);
  operation.ticket = 0;
  if (found == pending_.end()) return;
  if (auto* const sleeping = std::get_if<Sleeping>(&found->second))
    around_.loop.cancel(sleeping->timer);
  else if (const auto* const calling = std::get_if<Calling>(&found->second))
    calling->client->cancel(calling->sent);
  pending_.erase(found);
}

void NodeEnv::hasten(runtime::Sleep& sleep) {
  const auto found = pending_.find(sleep.ticket);
  if (doomed() || found == pending_.end()) return;
  net::Loop::Timer& timer = std::get<Sleeping>(found->second).timer;
  around_.loop.cancel(timer);
  timer = around_.loop.at(net::Loop::soon, [this, ticket = sleep.ticket] { wake(ticket); });
}

void NodeEnv::emit(record::Event event) {
  if (doomed()) return;
  event.t = now();
  around_.notes.add(std::move(event));
}

void NodeEnv::spawn(runtime::Task<> task) {
  if (!doomed()) frames_.spawn(std::move(task));
}

void NodeEnv::wake(std::uint64_t ticket) {
  if (doomed()) return;
  runtime::Sleep& sleep = *std::get<Sleeping>(pending_.at(ticket)).sleep;
  pending_.erase(ticket);
  sleep.value.emplace();
  sleep.finish();
}

void NodeEnv::answer(std::uint64_t ticket, net::HttpClient::Result result) {
  if (doomed()) return;
  const Calling calling = std::get<Calling>(pending_.at(ticket));
  runtime::Call& call = *calling.call;
  pending_.erase(ticket);
  const bool was_sent = result || (result.error() != model::Failure::refused &&
                                   result.error() != model::Failure::unreachable);
  if (!was_sent && calling.in_time && around_.not_sent)
    around_.not_sent(call.to, call.request, result.error(), calling.began);
  call.value.emplace(std::move(result));
  call.finish();
}

void NodeEnv::complete(Store::Done done) {
  const auto found = pending_.find(done.ticket);
  if (doomed() || found == pending_.end()) return;
  const Pending pending = found->second;
  pending_.erase(found);
  const auto finish = [](auto& operation, auto& outcome) {
    operation.value.emplace(std::move(outcome));
    operation.finish();
  };
  if (auto* const* read = std::get_if<runtime::Read*>(&pending))
    finish(**read, std::get<Store::Done::Value>(done.outcome));
  else if (auto* const* scan = std::get_if<runtime::Scan*>(&pending))
    finish(**scan, std::get<Store::Done::Rows>(done.outcome));
  else
    finish(*std::get<runtime::Write*>(pending), std::get<Store::Done::Written>(done.outcome));
}

net::HttpClient& NodeEnv::client_of(const std::string& callee) {
  auto& client = clients_[callee];
  if (!client) {
    const auto address = around_.callees.find(callee);
    base::require(address != around_.callees.end(),
                  "a service calls along the links of its target");
    net::HttpClient::Settings settings;
    const auto authority = around_.authorities.find(callee);
    if (authority != around_.authorities.end()) settings.host = authority->second;
    client = std::make_unique<net::HttpClient>(around_.loop, address->second, std::move(settings));
  }
  return *client;
}

}  // namespace seawall::live
