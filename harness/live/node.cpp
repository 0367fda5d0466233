#include "harness/live/node.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>

#include "harness/base/assert.hpp"
#include "harness/live/clock.hpp"

namespace seawall::live {
namespace {

constexpr base::Duration between_samples = std::chrono::milliseconds(100);

}  // namespace

// Frames end before the service they run in, and that before the Env.
struct Node::Incarnation {
  explicit Incarnation(Node& node)
      : env(Surroundings{node.loop_, node.setup_.store, node.setup_.seed, node.setup_.callees,
                         node.setup_.authorities, node.doomed_, node.wall_offset_,
                         node.last_ticket_, node.notes_, node.setup_.not_sent},
            frames),
        service(node.setup_.plan ? node.setup_.plan->make(env) : nullptr),
        capacity(env, node.setup_.name,
                 node.setup_.plan ? node.setup_.plan->capacity : model::Capacity{}) {}

  NodeEnv env;
  std::unique_ptr<runtime::Service> service;  // none at a node that only drives
  runtime::Capacity capacity;
  runtime::Scope frames;
  std::unique_ptr<net::HttpServer> server;  // while it serves
};

// A request with its way back, from its arrival to its answer.
class Node::Visit {
 public:
  Visit(std::atomic<std::int64_t>& in_flight, model::Request r, net::HttpServer::Reply back)
      : request(std::move(r)), reply(std::move(back)), in_flight_(in_flight) {
    ++in_flight_;
  }
  ~Visit() { --in_flight_; }
  Visit(const Visit&) = delete;

  model::Request request;
  net::HttpServer::Reply reply;

 private:
  std::atomic<std::int64_t>& in_flight_;
};

Node::Node(Setup setup)
    : setup_(std::move(setup)),
      loop_(steady_now),
      in_flight_(setup_.in_flight ? *setup_.in_flight : own_in_flight_),
      wall_offset_(setup_.wall_offset),
      incarnations_(setup_.incarnations),
      notes_(setup_.notes ? *setup_.notes : own_notes_) {
  base::require(setup_.plan.has_value() == setup_.port.has_value(),
                "a node has a port if it has a service");
}

Node::~Node() { stop(); }

net::Address Node::address() const {
  base::require(setup_.port.has_value(), "a node with a service has an address");
  return {"127.0.0.1", setup_.port->number()};
}

void Node::start() {
  base::require(!thread_.joinable() && !stopping_, "a node is started once");
  loop_.post([this] {
    begin();
    if (setup_.plan) sample(loop_.now());
  });
  thread_ = std::thread([this] { loop_.run(); });
  // For people with a debugger or a profiler; the kernel takes 15 characters.
  ::pthread_setname_np(thread_.native_handle(), setup_.name.substr(0, 15).c_str());
}

base::expected<void, std::string> Node::wait_until_serving(base::Duration limit) {
  std::unique_lock lock(mutex_);
  const bool decided = changed_.wait_for(
      lock, limit, [this] { return state() == State::serving || !failure_.empty(); });
  if (state() == State::serving) return {};
  return base::unexpected(setup_.name +
                          (decided ? " cannot start: " + failure_ : " was not ready in time"));
}

bool Node::crash(std::optional<base::Duration> restart) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::down || doomed_.exchange(true)) return false;
    pauses_ = 0;
    loop_.post([this, restart] {
      bury();
      if (restart) next_restart_ = loop_.at(loop_.now() + *restart, [this] { begin(); });
    });
  }
  changed_.notify_all();
  return true;
}

void Node::drain(base::Duration time, std::function<void()> end) {
  loop_.post([this, time, end = std::move(end)]() mutable {
    if (!incarnation_ || doomed_) return;
    tell("draining");
    incarnation_->capacity.drain();
    drained_ = loop_.at(loop_.now() + time, std::move(end));
  });
}

void Node::cancel_drain() {
  loop_.post([this] {
    if (!incarnation_ || doomed_) return;
    loop_.cancel(drained_);
    incarnation_->capacity.resume();
    tell("up");
  });
}

void Node::restart() {
  // Under the lock, so that it is posted after the end of what was seen to be down.
  const std::lock_guard lock(mutex_);
  failure_.clear();
  loop_.post([this] {
    if (incarnation_) return;
    loop_.cancel(next_restart_);
    begin();
  });
}

bool Node::pause() {
  const std::lock_guard lock(mutex_);
  if (state() == State::down || stopping_) return false;
  if (++pauses_ == 1) loop_.post([this] { hold(); });
  return true;
}

void Node::resume() {
  {
    const std::lock_guard lock(mutex_);
    if (pauses_ == 0 || --pauses_ > 0) return;
  }
  changed_.notify_all();
}

bool Node::jump(base::Duration by) {
  wall_offset_ = wall_offset_.load() + by;
  return state() != State::down;
}

// Stands in for SIGSTOP: nothing of the node moves, and nothing of the kernel is told.
void Node::hold() {
  std::unique_lock lock(mutex_);
  if (pauses_ == 0) return;
  tell("paused");
  changed_.wait(lock, [this] { return pauses_ == 0; });
  if (!doomed_) tell("resumed");
}

void Node::post(std::function<void()> action) { loop_.post(std::move(action)); }

void Node::drive(std::function<runtime::Task<>(runtime::Env&)> make) {
  loop_.post([this, make = std::move(make)] {
    if (incarnation_ && !doomed_) incarnation_->frames.spawn(make(incarnation_->env));
  });
}

void Node::begin() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
  ++incarnations_;
  incarnation_ = std::make_unique<Incarnation>(*this);
  change(State::starting);
  if (setup_.store) {
    setup_.store->attach([this](Store::Done done) {
      loop_.post([this, done = std::move(done)]() mutable {
        if (incarnation_) incarnation_->env.complete(std::move(done));
      });
    });
  }
  if (setup_.plan)
    incarnation_->frames.spawn(boot(*incarnation_));
  else
    change(State::serving);
}

runtime::Task<> Node::boot(Incarnation& at) {
  const bool ready = co_await at.service->start();
  if (doomed_) co_return runtime::Unit{};
  if (ready)
    serve(at);
  else
    fail("its service could not start");
  co_return runtime::Unit{};
}

void Node::serve(Incarnation& at) {
  auto server = net::HttpServer::listen(
      loop_, setup_.port->number(), [this, &at](model::Request request, auto reply) {
        if (doomed_) return;
        at.frames.spawn(
            answer(at, std::make_unique<Visit>(in_flight_, std::move(request), std::move(reply))));
      });
  if (!server) return fail(server.error());
  at.server = std::move(*server);
  change(State::serving);
  tell("up");
}

runtime::Task<> Node::answer(Incarnation& at, std::unique_ptr<Visit> visit) {
  model::Response response = co_await at.capacity.serve(*at.service, std::move(visit->request));
  if (!doomed_) {
    if (setup_.store) response.durable_lsn = setup_.store->durable_lsn();
    visit->reply.send(response);
  }
  co_return runtime::Unit{};
}

void Node::fail(std::string why) {
  {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(why);
  }
  crash(std::nullopt);
}

// Runs when no frame of the incarnation does.
void Node::bury() {
  if (!incarnation_) return;
  loop_.cancel(drained_);
  tell("down");
  if (incarnation_->server) incarnation_->server->stop(net::Close::reset);
  if (setup_.store) setup_.store->detach();
  note_patterns();
  incarnation_.reset();
  change(State::down);
  doomed_ = false;
}

void Node::note_patterns() {
  if (incarnation_->service) notes_.put(incarnations_, incarnation_->service->patterns());
}

void Node::sample(base::TimePoint t) {
  record::Sample sample;
  sample.t = loop_.now();
  sample.node = setup_.name;
  if (incarnation_) {
    sample.queued = incarnation_->capacity.queued();
    sample.in_flight = incarnation_->capacity.in_flight();
    sample.oldest = incarnation_->capacity.oldest();
    if (setup_.notes) note_patterns();
  }
  notes_.add(std::move(sample));
  const base::TimePoint next = std::max(t + between_samples, loop_.now());
  loop_.at(next, [this, next] { this->sample(next); });
}

void Node::change(State state) {
  {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  changed_.notify_all();
  if (setup_.on_change) setup_.on_change(state);
}

void Node::tell(std::string what) {
  record::Event event;
  event.t = loop_.now();
  event.kind = record::Event::Kind::node;
  event.where = setup_.name;
  event.what = std::move(what);
  event.value = incarnations_;
  notes_.add(std::move(event));
}

void Node::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
    doomed_ = true;
    pauses_ = 0;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  loop_.post([this] { bury(); });
  loop_.stop();
  thread_.join();
}

void Node::move_to(record::Record& record) {
  base::require(!thread_.joinable(), "a node is stopped before its record is read");
  own_notes_.move_to(record);
}

}  // namespace seawall::live
